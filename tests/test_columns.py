"""Columns of action logs, and what is made of their cells."""

from datetime import date
from pathlib import Path

import pytest

from extractor.errors import WrongUsage
from extractor.lexicon.columns import SHIPPED, load_columns
from extractor.pipeline import analyse_file
from extractor.settings import Settings

LOG = """# Board action log

| Action | Lead | Deadline | Status |
| --- | --- | --- | --- |
| Circulate the rota policy to all wards | RJ | Mar-2024 | On track |
| Publish the annual staffing report | RJ | January 2024 | Completed 12 January |
"""


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Deadline", "due"),
        ("By When:", "due"),
        ("Status", "status"),
        ("Lead", "owner"),
        ("Action  Owner :*", "owner"),
        ("Comment", None),
    ],
)
def test_headers(header: str, kind: str | None) -> None:
    columns = load_columns()
    tests = {"owner": columns.is_owner, "due": columns.is_due, "status": columns.is_status}
    assert [name for name, test in tests.items() if test(header)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ("Complete", True),
        ("CLOSED – see minute 4", True),
        ("- Done.", True),
        ("Not complete", False),
        ("On track", False),
        ("", False),
        ("75% complete", False),
    ],
)
def test_a_status_says_done_by_its_first_word(status: str, done: bool) -> None:
    assert load_columns().says_done(status) is done


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"by when"', '"By when"', "lower-case"),
        ('"by when"', '"deadline"', "twice"),
        ("due =", "dew =", "no list 'due'"),
        ("due =", "due = =", "columns.toml"),
    ],
)
def test_faulty_files_are_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    file = tmp_path / "columns.toml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongUsage, match=fault):
        load_columns(file)


def test_a_row_is_read_by_its_columns(tmp_path: Path) -> None:
    (tmp_path / "log.md").write_text(LOG, encoding="utf-8")
    (tmp_path / "log.meta.json").write_text(
        '{"kind": "minutes", "published": "2024-05-02", "publisher": "Harrow Vale Trust"}', encoding="utf-8"
    )
    first, second = analyse_file(tmp_path / "log.md", settings=Settings()).statements
    # overdue, and still a promise: its day has passed, but nobody says that it is done
    assert (first.label, first.deadline and first.deadline.last) == ("commitment", date(2024, 3, 31))
    assert (second.label, second.kind) == ("progress", "delivered")
    assert any(reason.rule == "status" for reason in second.reasons)
