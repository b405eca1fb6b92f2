"""`extractor serve --reviewer` as a process: the link that it prints, used over a real connection."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from extractor.cli import main
from tests.web.sample import fill

SECONDS = 60


def test_a_name_alone_lets_nobody_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", str(tmp_path / "none.db"), "--name", "Ann Bell"]) == 2
    assert "--reviewer is needed" in capsys.readouterr().err


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    fill(tmp_path / "sample.db")
    command = [
        sys.executable,
        "-m",
        "extractor",
        "serve",
        "sample.db",
        "--port",
        "0",
        "--reviewer",
        "--name",
        "Ann Bell",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()
        process.wait(SECONDS)


def test_the_printed_link_signs_in(server: subprocess.Popen[str]) -> None:
    assert server.stderr
    shown, invitation = server.stderr.readline(), server.stderr.readline()
    address = re.match(r"(http://127\.0\.0\.1:[1-9]\d*/)  \(Ctrl-C ends\)", shown)
    link = re.search(r"sign in within 15 minutes, once: (http://\S+)", invitation)
    assert address, shown
    assert link, invitation
    assert link[1].startswith(f"{address[1]}review/sign-in?token=")
    there = urlsplit(link[1])

    def ask(method: str, path: str, body: str = "", **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        with closing(http.client.HTTPConnection(there.netloc, timeout=SECONDS)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    status, headers, text = ask("GET", f"{there.path}?{there.query}")
    token = re.search(r'name="csrftoken" value="([^"]+)"', text)
    assert (status, bool(token)) == (200, True)
    cookie = headers["Set-Cookie"].split(";")[0]
    form = urlencode({"token": there.query.removeprefix("token="), "name": "Bo Carr", "csrftoken": token and token[1]})
    origin = f"http://{there.netloc}"
    typed = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    assert ask("POST", there.path, form, Origin="http://evil.example", **typed)[0] == 403
    status, headers, _ = ask("POST", there.path, form, Origin=origin, **typed)
    assert (status, headers["Location"]) == (303, "/review")
    session = headers["Set-Cookie"].split(";")[0]
    assert "Bo Carr" in ask("GET", "/review", Cookie=f"{cookie}; {session}")[2]
    assert ask("GET", f"{there.path}?{there.query}")[0] == 403, "the link is used up"
