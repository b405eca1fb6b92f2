"""What `extractor run` and `extractor status` say: on a terminal, in a log, to a machine."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from extractor import pipeline
from extractor.cli import main
from extractor.cli.running import progress
from extractor.events import FIELDS, VERSION, Event
from tests import jobs

EVENTS = (
    Event("started", run=3, documents=4),
    Event("unchanged", "a.txt"),
    Event("stored", "b.pdf", document="d", pages=12, characters=900, statements=34),
    Event("rejected", "c.txt", reason="damaged", detail="cut short"),
    Event("stored", "d.txt", document="e", characters=90, statements=6),
    Event("superseded", "d.txt", kept="b.pdf"),
    Event("linked", statements=40, links=5, threads=2),
    Event("finished", run=3, seconds=1.5, stored=2, unchanged=1, superseded=1, rejected=1),
)


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def tell(*, as_json: bool) -> None:
    with progress(as_json=as_json) as listener:
        for event in EVENTS:
            listener(event)


def test_a_log_gets_a_line_for_each_file(capsys: pytest.CaptureFixture[str]) -> None:
    tell(as_json=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "run 3: 4 files",
        "unchanged  a.txt",
        "stored     b.pdf",
        "rejected   c.txt",
        "stored     d.txt",
        "superseded d.txt",
    ]


def test_a_machine_gets_an_object_for_each_event(capsys: pytest.CaptureFixture[str]) -> None:
    tell(as_json=True)
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert [row["event"] for row in rows] == [event.kind for event in EVENTS]
    assert {row["event"] for row in rows} == set(FIELDS), "every kind of event is here"
    assert all(list(row) == ["version", "event", *FIELDS[row["event"]]] for row in rows)
    assert {row["version"] for row in rows} == {VERSION}
    assert rows[2]["pages"] == 12
    assert rows[4]["pages"] is None


def test_a_terminal_gets_a_bar_with_counts_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress(as_json=False) as listener:
        listener(EVENTS[0])
        bar = listener.__self__.bar  # type: ignore[attr-defined]
        bar.start -= 10
        for event in EVENTS[1:4]:
            listener(event)
            bar.last_eta -= 2
        bar.update(0, bar.current_item)
        listener(EVENTS[4])
        listener(EVENTS[6])
    shown = re.sub(r"\x1b\[[?\dlhK]+", "", terminal.getvalue())
    assert re.search(r"files\s+\[#+-*\]\s+3/4\s.*12 pages \([\d.]+/s\), 34 statements", shown)
    assert "rejected   c.txt" in shown
    assert "40 statements" in shown
    assert re.search(r"\d\d:\d\d:\d\d", shown), "the time left"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "work", jobs.work)
    monkeypatch.setattr(pipeline, "load_models", jobs.nothing_of)


@pytest.mark.usefixtures("made")
def test_status_tells_what_is_there_and_what_is_stale(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(*options: str) -> str:
        assert main([*options, "status", str(database), *(["--json"] if as_json else [])]) == 0
        return capsys.readouterr().out

    database, as_json = tmp_path / "s.db", False
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"The board will open ward {name}.\n", encoding="utf-8")
    (tmp_path / "a.meta.json").write_text('{"url": "https://x.example/a"}', encoding="utf-8")
    (tmp_path / "noise.txt").write_bytes(b"")
    monkeypatch.setattr(pipeline, "work", refusing)
    assert main(["run", str(tmp_path), "--db", str(database), "--timeout", "60"]) == 1
    (tmp_path / "a.txt").write_text("The board will open two wards.\n", encoding="utf-8")
    assert main(["run", str(tmp_path / "a.txt"), "--db", str(database)]) == 0
    capsys.readouterr()
    said = status()
    for expected in (
        "documents   2 (2 text), 0 pages",
        "2 commitments, 0 progress reports",
        "1 earlier versions",
        "runs        2",
        "1 read, 0 unchanged, 0 superseded, 0 rejected",
        "statements: 1 new, 0 changed, 1 vanished",
        "rejected    1",
        "noise.txt: empty",
        "stale       none",
    ):
        assert expected in said, said
    settings = tmp_path / "other.toml"
    settings.write_text("link_threshold = 0.7\n", encoding="utf-8")
    assert "stale       2 read with other settings" in status("--settings", str(settings))
    as_json = True
    found: dict[str, Any] = json.loads(status())
    assert (found["counts"]["documents"], found["runs"], found["stale"]) == (2, 2, {})
    assert found["changes"] == {"new": 1, "vanished": 1}
    assert found["last_run"]["outcome"] == "finished"


def refusing(source: Any, settings: Any) -> Any:
    from extractor.records import Rejection

    return jobs.work(source, settings) if source.raw else Rejection(source.name, "empty", "nothing in it", "0")
