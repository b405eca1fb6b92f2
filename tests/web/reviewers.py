"""A small archive to review, and what a browser does: keep cookies, and say where a request comes from."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lxml.html

from extractor import pipeline
from extractor.settings import Settings, load_settings

ORIGIN = "http://localhost"
SAID = {
    "2019": ("Care Office", "We will recruit 5,000 nurses for hospital wards by March 2024."),
    "2020": ("Care Office", "We will recruit 5,000 nurses for hospital wards by March 2025."),
    "2022": ("Ward Board", "The Ward Board will publish a dental van timetable by May 2030."),
}


def write_letters(folder: Path) -> None:
    """Letters with one commitment each; the first two speak of the same nurses."""
    folder.mkdir()
    for year, (publisher, words) in SAID.items():
        (folder / f"{year}.txt").write_text(f"{words}\n", encoding="utf-8")
        about = {"title": f"Letter {year}", "kind": "letter", "publisher": publisher, "published": f"{year}-06-01"}
        (folder / f"{year}.meta.json").write_text(json.dumps(about), encoding="utf-8")


def read_letters(folder: Path, database: Path, *, force: bool = False) -> None:
    """What `extractor run` does."""
    pipeline.run([folder], database=database, settings=settings(), force=force)


def settings() -> Settings:
    return load_settings(None)


class Browser:
    """A visitor of an application, who keeps cookies and sends forms as a browser does."""

    def __init__(self, datasette: Any) -> None:
        self.client = datasette.client
        self.cookies: dict[str, str] = {}
        self.set_cookies: list[str] = []

    def ask(self, method: str, path: str, *, form: Mapping[str, str] | None = None, **headers: str) -> Any:
        """The answer to a request; the names of headers have underscores for hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        more = {"data": dict(form)} if form is not None else {}
        response = asyncio.run(self.client.request(method, path, headers=given, **more))
        for cookie in response.headers.get_list("set-cookie"):
            self.set_cookies.append(cookie)
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return response

    def page(self, path: str) -> Any:
        """The parsed page at an address that must be there."""
        response = self.ask("GET", path)
        assert response.status_code == 200, (path, response.status_code)
        return lxml.html.document_fromstring(response.text)

    def token(self, path: str) -> str:
        """The token of the forms of a page."""
        (token, *_) = re.findall(r'name="csrftoken" value="([^"]+)"', self.ask("GET", path).text)
        return str(token)

    def send(self, path: str, form: Mapping[str, str], *, token: str) -> Any:
        """The answer to a form sent from a page of the same site."""
        return self.ask("POST", path, form={**form, "csrftoken": token}, origin=ORIGIN, sec_fetch_site="same-origin")

    def sign_in(self, token: str, name: str = "Ann Bell") -> Any:
        """Open the link with this token and send its form."""
        address = f"/review/sign-in?token={token}"
        return self.send("/review/sign-in", {"token": token, "name": name}, token=self.token(address))

    def say(self, action: str, *, back: str = "/review", **fields: str) -> Any:
        """Send a reviewer's form; afterwards the browser goes where the answer leads."""
        return self.send("/review/say", {"action": action, "back": back, **fields}, token=self.token("/review"))
