"""Fetching: nothing is overwritten silently, and what is fetched is what was listed."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.fetch import fetch_sources, read_sources
from extractor.ids import content_hash
from extractor.ingest.metadata import read_sidecar

PLAN = b"The board will publish a plan."


def sources(folder: Path, *entries: str) -> Path:
    file = folder / "sources.toml"
    file.write_text("".join(f"[[document]]\n{entry}\n" for entry in entries), encoding="utf-8")
    return file


class Web:
    """A network of our own: pages by address; asking for any other fails as a network does."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = dict(pages)

    def __call__(self, url: str) -> bytes:
        if url not in self.pages:
            raise OSError("no such host")
        return self.pages[url]


def test_a_document_is_fetched_once_with_its_sidecar(tmp_path: Path) -> None:
    listed = sources(
        tmp_path, 'url = "https://x.example/plan.txt"\ntitle = "Plan"\npublished = 2024-03-01\nkind = "plan"'
    )
    web, output = Web({"https://x.example/plan.txt": PLAN}), tmp_path / "out"
    assert [o.what for o in fetch_sources(listed, output, get=web)] == ["fetched"]
    assert (output / "plan.txt").read_bytes() == PLAN
    sidecar = json.loads((output / "plan.txt.meta.json").read_text(encoding="utf-8"))
    assert sidecar == {"title": "Plan", "published": "2024-03-01", "kind": "plan", "url": "https://x.example/plan.txt"}
    assert [o.what for o in fetch_sources(listed, output, get=web)] == ["unchanged"]


def test_a_changed_document_is_kept_beside_the_older_one(tmp_path: Path) -> None:
    listed = sources(tmp_path, 'url = "https://x.example/plan.txt"')
    web, output = Web({"https://x.example/plan.txt": PLAN}), tmp_path / "out"
    list(fetch_sources(listed, output, get=web))
    web.pages["https://x.example/plan.txt"] = b"The board aims to publish a plan."
    (outcome,) = fetch_sources(listed, output, get=web)
    assert outcome.what == "changed"
    assert (output / "plan.txt").read_bytes() == PLAN
    assert (output / outcome.name).read_bytes() == b"The board aims to publish a plan."


def test_two_formats_of_one_document_keep_a_sidecar_each(tmp_path: Path) -> None:
    listed = sources(
        tmp_path,
        'url = "https://x.example/plan.txt"\ntitle = "As text"',
        'url = "https://x.example/plan.md"\ntitle = "As Markdown"',
    )
    web = Web({"https://x.example/plan.txt": PLAN, "https://x.example/plan.md": PLAN})
    list(fetch_sources(listed, tmp_path / "out", get=web))
    titles = {name: read_sidecar(tmp_path / "out" / name)[0]["title"] for name in ("plan.txt", "plan.md")}
    assert titles == {"plan.txt": "As text", "plan.md": "As Markdown"}


def test_three_sources_of_one_name_and_content_keep_a_file_each(tmp_path: Path) -> None:
    urls = [f"https://{host}.example/plan.txt" for host in "abc"]
    listed = sources(tmp_path, *(f'url = "{url}"' for url in urls))
    names = [o.name for o in fetch_sources(listed, tmp_path / "out", get=Web(dict.fromkeys(urls, PLAN)))]
    assert [read_sidecar(tmp_path / "out" / name)[0]["url"] for name in names] == urls


def test_a_deleted_download_is_fetched_again(tmp_path: Path) -> None:
    listed = sources(tmp_path, 'url = "https://x.example/plan.txt"')
    web, output = Web({"https://x.example/plan.txt": PLAN}), tmp_path / "out"
    list(fetch_sources(listed, output, get=web))
    (output / "plan.txt").unlink()
    assert [(o.what, o.name) for o in fetch_sources(listed, output, get=web)] == [("fetched", "plan.txt")]
    assert (output / "plan.txt").read_bytes() == PLAN


@pytest.mark.parametrize("content", ["{", "[]", '{"https://x.example/plan.txt": "abc"}', "\xff"])
def test_a_broken_record_is_named_before_anything_is_fetched(tmp_path: Path, content: str) -> None:
    (tmp_path / "fetched.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(WrongUsage, match=r"fetched\.json"):
        next(fetch_sources(sources(tmp_path, 'url = "https://x.example/plan.txt"'), tmp_path, get=Web({})))


@pytest.mark.parametrize(
    "problem",
    [
        http.client.IncompleteRead(b"half"),  # the connection ends in the middle
        http.client.InvalidURL("a space"),  # an address that urllib does not send
        UnicodeEncodeError("ascii", "é", 0, 1, "not ASCII"),
        TimeoutError(),
    ],
    ids=lambda problem: type(problem).__name__,
)
def test_whatever_the_network_does_is_one_line(tmp_path: Path, problem: Exception) -> None:
    def fail(url: str) -> bytes:
        raise problem

    (outcome,) = fetch_sources(sources(tmp_path, 'url = "https://x.example/plan.txt"'), tmp_path / "out", get=fail)
    assert outcome.failed
    assert outcome.detail


def test_a_failure_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    wrong = content_hash(b"something else")
    listed = sources(
        tmp_path,
        'url = "https://gone.example/a.pdf"',
        f'url = "https://x.example/b.txt"\nsha256 = "{wrong}"',
        'url = "https://x.example/c.txt"',
    )
    web = Web({"https://x.example/b.txt": PLAN, "https://x.example/c.txt": PLAN})
    outcomes = list(fetch_sources(listed, tmp_path / "out", get=web))
    assert [(o.name, o.what) for o in outcomes] == [("a.pdf", "failed"), ("b.txt", "failed"), ("c.txt", "fetched")]
    assert not (tmp_path / "out" / "b.txt").exists()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('url = "http://x.example/a"', "https://"),
        ('title = "No address"', "https://"),
        ('url = "https://x.example/a"\nkind = "novel"', "novel"),
        ('url = "https://x.example/a"\ncolour = "red"', "colour"),
        ("url = ", "sources.toml"),
        ('url = "https://[x"', "https://"),
        ('url = "https://x.example/a"\nname = "../a.txt"', "no name for its file"),
        ('url = "https://x.example/a"\nname = "fetched.json"', "no name for its file"),
    ],
)
def test_a_wrong_list_is_refused_before_anything_is_fetched(entry: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=said):
        read_sources(sources(tmp_path, entry))
