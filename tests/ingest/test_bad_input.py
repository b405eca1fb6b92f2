"""Files made to mislead, overfill or stop a reader: each is read or refused in a line, in little time and memory."""

import ast
import os
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extractor.cli import main
from extractor.errors import MAX_DETAIL, REASONS, Rejected, WrongUsage
from extractor.ingest import load, read, shown_name
from extractor.ingest.folders import gather
from extractor.settings import Settings
from tests.bad import MB, Bad
from tests.bad.check import OURS, Outcome, check_cost, check_outcome, outcomes_of
from tests.bad.files import FILES, QUICK, SLOW_NAMES


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return outcomes_of(QUICK)


@pytest.mark.parametrize("bad", QUICK, ids=lambda bad: bad.name)
def test_a_bad_file_is_read_or_refused_in_little_time_and_memory(bad: Bad, outcomes: dict[str, Outcome]) -> None:
    check_outcome(bad, outcomes[bad.name])
    check_cost(outcomes[bad.name])


@pytest.mark.parametrize("name", ["elsewhere.docx", "elsewhere.odt", "elsewhere.html"])
def test_no_file_opens_another(name: str, outcomes: dict[str, Outcome]) -> None:
    assert "root:" not in outcomes[name]["text"]


def test_every_bad_file_has_its_own_name() -> None:
    names = {bad.name for bad in FILES}
    assert len(names) == len(FILES)
    assert names > SLOW_NAMES, "the slow ones are read by `make test-fuzz`"


def test_each_reason_has_its_meaning() -> None:
    assert all(meaning and "\n" not in meaning for meaning in REASONS.values())
    assert {bad.reason for bad in FILES} - {None} <= set(REASONS)


def test_no_reason_but_these_is_given() -> None:
    """Where a reason is a word in the code; mypy holds the others to the same type."""
    calls = [
        call
        for file in (OURS / "extractor").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Rejected"
    ]
    given = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert len(calls) > 20
    assert given <= set(REASONS)
    assert set(REASONS) - given == {"internal"}, "the pipeline alone gives this one"


def test_what_a_library_says_becomes_one_line() -> None:
    refusal = Rejected("damaged", "line 1:\n\tbad \ud800 mark\r\n")
    assert str(refusal) == "damaged: line 1: bad \\ud800 mark"
    assert len(Rejected("damaged", "x" * 5000).detail) == MAX_DETAIL


# --- files on the disk


def refusal_of(path: Path, settings: Settings | None = None) -> Rejected:
    with pytest.raises(Rejected) as refused:
        load(path, settings=settings)
    assert "\n" not in str(refused.value)
    return refused.value


def test_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as stream:
        stream.truncate(1024 * MB)
    tracemalloc.start()
    refusal = refusal_of(huge)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (refusal.reason, "1,073,741,824 bytes" in refusal.detail) == ("too-large", True)
    assert peak < MB


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path / "pipe.txt"


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)  # the name of a socket may not be long
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("socket.txt")
        yield tmp_path / "socket.txt"


def test_a_pipe_is_refused_without_waiting(pipe: Path) -> None:
    assert "a pipe" in refusal_of(pipe).detail


def test_a_socket_is_refused(listening: Path) -> None:
    assert "a socket" in refusal_of(listening).detail


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_refused(device: str) -> None:
    if not Path(device).exists():
        pytest.skip(f"there is no {device} here")
    assert "a device" in refusal_of(Path(device)).detail


def test_a_file_that_becomes_a_pipe_is_refused_without_waiting(
    tmp_path: Path, pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between asking what it is and opening it."""
    file = tmp_path / "plan.txt"
    file.write_text("We will act.")
    really_open = os.open

    def swapped(path: Path, flags: int) -> int:
        return really_open(pipe, flags)

    monkeypatch.setattr(os, "open", swapped)
    assert "a pipe" in refusal_of(file).detail


def _grow(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b" And more.")


def _cut(file: Path) -> None:
    os.truncate(file, 3)


def _rewrite(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.write(b"He")


def _replace(file: Path) -> None:
    other = file.with_suffix(".new")
    other.write_bytes(file.read_bytes())
    other.replace(file)


@pytest.mark.parametrize("change", [_grow, _cut, _rewrite, _replace])
def test_a_file_that_changes_while_it_is_read(
    change: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("We will act.")
    os.utime(file, (1, 1))
    really_ask = os.fstat
    asked: list[int] = []

    def meanwhile(descriptor: int) -> os.stat_result:
        found = really_ask(descriptor)
        if not asked:
            asked.append(descriptor)
            change(file)
        return found

    monkeypatch.setattr(os, "fstat", meanwhile)
    assert refusal_of(file).reason == "changed"
    assert load(file).raw, "once it is at rest it is read"


def test_a_file_that_goes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("We will act.")
    really_ask = os.fstat

    def meanwhile(descriptor: int) -> os.stat_result:
        file.unlink(missing_ok=True)
        return really_ask(descriptor)

    monkeypatch.setattr(os, "fstat", meanwhile)
    assert refusal_of(file).reason == "unreadable"


# --- names and folders


def test_links_that_lead_nowhere_are_refused_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("We will act.")
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "there.txt").symlink_to(tmp_path / "back.txt")
    (tmp_path / "back.txt").symlink_to(tmp_path / "there.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "again.txt").symlink_to(tmp_path / "good.txt")
    found = gather([tmp_path])
    assert sorted(file.name for file in found) == ["again.txt", "back.txt", "gone.txt", "self.txt", "there.txt"]
    for name in ("back.txt", "gone.txt", "self.txt", "there.txt"):
        assert refusal_of(tmp_path / name).reason == "unreadable"
    assert gather([tmp_path / "self.txt"]) == [tmp_path / "self.txt"]


def test_a_folder_that_cannot_be_opened_is_no_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "good.txt").write_text("We will act.")
    really_look = os.scandir

    def look(path: Path | str) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return really_look(path)

    # the superuser, as whom tests may run, may open everything
    monkeypatch.setattr(os, "scandir", look)
    assert gather([tmp_path]) == [closed, tmp_path / "good.txt"]
    assert gather([closed]) == [closed]
    assert refusal_of(closed).detail == "the file cannot be opened: Permission denied"


def test_a_path_that_cannot_be_looked_at_is_taken_for_the_reader_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(path: Path, **options: Any) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", look)
    monkeypatch.setattr(Path, "stat", look)
    assert gather([tmp_path / "plan.txt"]) == [tmp_path / "plan.txt"]
    assert "Permission denied" in refusal_of(tmp_path / "plan.txt").detail


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 5000])
def test_names_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises((WrongUsage, Rejected)):
        load(gather([tmp_path / name])[0])


NAMES = [
    (b"caf\xe9 plan.txt", "caf\\xe9 plan.txt"),  # Latin-1
    (b"plan\nrejected: other.txt", "plan\\nrejected: other.txt"),  # a line that the program never wrote
    (b"\x1b[2Jplan.txt", "\\x1b[2Jplan.txt"),  # clears the screen
    ("\u202etxt.nalp.txt".encode(), "\\u202etxt.nalp.txt"),  # reads the other way round
    ("plän – 2024 €.txt".encode(), "plän – 2024 €.txt"),  # stays
]


@pytest.mark.parametrize(("raw", "shown"), NAMES, ids=[shown for _, shown in NAMES])
def test_names_as_they_are_shown(raw: bytes, shown: str, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(raw)
    file.write_text("The trust will act in May.")
    assert shown_name(file) == shown
    document = read(file)
    assert (document.name, document.format) == (shown, "text")


def test_odd_names_are_stored_shown_and_exported(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number, (raw, _) in enumerate(NAMES):
        (folder / os.fsdecode(raw)).write_text(f"The trust will recruit {number + 2} nurses by May 2030.")
        (folder / os.fsdecode(b"empty " + raw)).write_text("")
    database = tmp_path / "out.db"
    assert main(["run", str(folder), "--db", str(database)]) == 1
    told = capfd.readouterr().err
    for _, shown in NAMES:
        assert f"rejected: empty {shown}: empty: the file is empty" in told.splitlines()
    for style in ("jsonl", "csv", "graphml", "atom"):
        assert main(["export", str(database), "--format", style]) == 0
    capfd.readouterr()
    assert main(["run", str(folder), "--db", str(database)]) == 1
    assert f"{len(NAMES)} unchanged" in capfd.readouterr().err
    for command in ("show", "text", "extract"):
        for raw, _ in NAMES:
            assert main([command, str(folder / os.fsdecode(raw))]) == 0
