"""What cannot be read is refused with a reason, what can be read in spite of its looks is read."""

import subprocess
import sys
from pathlib import Path

import pytest

from extractor.errors import Rejected
from extractor.ingest import read, read_bytes
from extractor.settings import Settings
from tests.ingest.builders import lines, make_docx, make_pdf, make_zip

PDF = make_pdf([lines("The trust will act in May.")])
WORD = make_docx(lambda document: document.add_paragraph("The trust will act."))
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


BAD = [
    ("empty.txt", b"", "empty", "empty"),
    ("blank.txt", b" \n\t\r\n ", "empty", "white space"),
    ("zeros.txt", bytes(50), "empty", "white space"),
    ("marks.txt", b"---\n* * *\n", "no-text", "no text"),
    ("noise.txt", bytes(range(256)) * 20, "binary", "binary"),
    ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 30, "binary", "png"),
    ("half.txt", b"\xff\xfe\x41", "damaged", "utf-16"),
    ("cut.pdf", PDF[: len(PDF) // 3], "damaged", "broken"),
    ("head.pdf", b"%PDF-1.7\n", "damaged", "broken"),
    ("locked.pdf", make_pdf([lines("Secret.")], password="key"), "encrypted", "password"),
    ("blank.pdf", make_pdf([lines()]), "no-text", "blank"),
    ("other.docx", make_zip(data_txt=b"hello"), "unreadable", "no Word document"),
    ("hollow.docx", make_zip(word__document_xml=b"<w/>"), "damaged", "Word"),
    ("broken.docx", WORD[: len(WORD) // 2], "damaged", "zip"),
    ("plan.odt", make_zip(mimetype=b"application/vnd.oasis.opendocument.text"), "damaged", "content.xml"),
    ("plan.odp", make_zip(mimetype=b"application/vnd.oasis.opendocument.presentation"), "unreadable", "OpenDocument"),
    ("old.doc", OLE, "unreadable", "2007"),
    ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
    ("blank.rtf", rb"{\rtf1 }", "no-text", "no text"),
    ("hollow.eml", b"From: a@example.org\nTo: b@example.org\n\n", "no-text", "no text"),
    ("bare.html", b"<html><body><script>1</script></body></html>", "no-text", "no text"),
]


@pytest.mark.parametrize(("name", "raw", "reason", "said"), BAD, ids=[case[0] for case in BAD])
def test_bad_files(name: str, raw: bytes, reason: str, said: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_bytes(raw, name)
    assert refusal.value.reason == reason
    assert said in refusal.value.detail
    assert "\n" not in str(refusal.value)


def test_zip_bomb() -> None:
    bomb = make_zip(word__document_xml=bytes(60_000_000))
    assert len(bomb) < 200_000
    with pytest.raises(Rejected, match="too-large"):
        read_bytes(bomb, "bomb.docx")


@pytest.mark.parametrize(("limit", "said"), [({"max_file_bytes": 20}, "bytes"), ({"max_characters": 20}, "characters")])
def test_limits(tmp_path: Path, limit: dict[str, int], said: str) -> None:
    file = tmp_path / "long.txt"
    file.write_text("We will act. " * 10)
    with pytest.raises(Rejected, match=said) as refusal:
        read(file, settings=Settings(**limit))  # type: ignore[arg-type]  # both limits are integers
    assert refusal.value.reason == "too-large"


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.txt"):
        with pytest.raises(Rejected) as refusal:
            read(path)
        assert refusal.value.reason == "unreadable"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("The trust’s plan – £5m".encode(), "The trust’s plan – £5m"),
        ("The trust’s plan – £5m".encode("utf-8-sig"), "The trust’s plan – £5m"),
        ("The trust’s plan – £5m".encode("utf-16"), "The trust’s plan – £5m"),
        ("The trust’s plan – £5m".encode("utf-16-be"), "The trust’s plan – £5m"),  # without a mark
        ("The trust’s plan – £5m".encode("cp1252"), "The trust’s plan – £5m"),
        (b"First\r\nSecond\tline  here", "First\r\nSecond\tline  here"),  # nothing is mended
    ],
)
def test_text_as_it_stands(raw: bytes, text: str) -> None:
    document = read_bytes(raw, "plan.txt")
    assert document.text == text
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("name", "raw", "format"),
    [
        ("plan.txt", PDF, "pdf"),
        ("plan.pdf", WORD, "docx"),
        ("plan.docx", b"The trust will act.", "text"),
        ("plan.txt", b"<!DOCTYPE html><html><body><p>We act.</p></body></html>", "html"),
        ("plan.html", b"The trust will act.", "text"),
        ("plan.pdf", b"---\ntitle: Plan\n---\nWe act.", "markdown"),
    ],
)
def test_lying_endings(name: str, raw: bytes, format: str) -> None:
    document = read_bytes(raw, name)
    assert document.format == format
    assert "the name says" in document.warnings[0]


def test_an_unknown_ending_is_no_lie() -> None:
    assert read_bytes(b"The trust will act.", "notes").warnings == ()


def test_heavy_readers_wait_until_they_are_needed() -> None:
    """Help and plain text must not pay for PDF and Word; models belong to later stages."""
    code = (
        "import sys; from extractor.ingest import read_bytes; read_bytes(b'We act.', 'a.txt');"
        "print(sorted({'torch', 'spacy', 'docx', 'pdfplumber', 'pypdfium2', 'trafilatura', 'lxml'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
