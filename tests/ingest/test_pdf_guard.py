"""What a PDF unfolds to is counted right: neither a bomb missed nor a sound file refused."""

import zlib
from pathlib import Path

import pytest

from extractor.errors import Rejected
from extractor.ingest.pdf.filters import UNDO
from extractor.ingest.pdf.guard import check_pdf
from extractor.ingest.pdf.streams import Reference, open_file, parse
from extractor.settings import Settings
from tests.bad import pdf

DEFAULT = Settings()


def refused(raw: bytes, **limits: int) -> str:
    with pytest.raises(Rejected) as refusal:
        check_pdf(raw, Settings(**limits))  # type: ignore[arg-type]  # all these limits are integers
    return refusal.value.detail


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"<< /A 1 /B [2 0 R (x) 3] >>", {b"A": b"1", b"B": [Reference(2), b"(x)", b"3"]}),
        (b"<< /A#42 /C#20D >>", {b"AB": b"/C D"}),  # names may hide in hexadecimal
        (b"<< /A (>> /B 1) /C 2 >>", {b"A": b"(>> /B 1)", b"C": b"2"}),  # brackets in a string are no brackets
        (b"<< /A % >> /B 1\n2 >>", {b"A": b"2"}),
        (b"<< /A << /B 1", {b"A": {b"B": b"1"}}),  # never closed
        (b"]>> 7", b"7"),  # never opened
        (b"<< 1 2 /A 3 >>", {b"A": b"3"}),
        (b"", None),
        (b"[" * 5000, None),  # as deep as it likes, without recursion
    ],
)
def test_values(text: bytes, value: object) -> None:
    found = parse(text)
    if value is None and text:
        for _ in range(4999):
            assert isinstance(found, list)
            found = found[0]
        assert found == []
    else:
        assert found == value


PLAIN = b"The trust will act in May. " * 40
CODED = {
    b"/FlateDecode": zlib.compress(PLAIN),
    b"/ASCIIHexDecode": PLAIN.hex().encode() + b">",
    b"/ASCII85Decode": b'<~87cURD]i,"Ebo80~>',
    b"/RunLengthDecode": b"\x04Hello\xfe!\x80ignored",
    b"/LZWDecode": bytes.fromhex("800B6050220C0C8501"),  # the example of ISO 32000-1, 7.4.4.2
}
DECODED = {
    b"/ASCII85Decode": b"Hello World!",
    b"/RunLengthDecode": b"Hello!!!",
    b"/LZWDecode": bytes.fromhex("2D2D2D2D2D412D2D2D42"),
}


@pytest.mark.parametrize("name", CODED)
def test_filters(name: bytes) -> None:
    assert b"".join(UNDO[name](CODED[name])) == DECODED.get(name, PLAIN)


@pytest.mark.parametrize("name", CODED)
def test_filters_take_what_is_sound_of_noise(name: bytes) -> None:
    for cut in range(len(CODED[name])):
        b"".join(UNDO[name](CODED[name][:cut] + b"\xff~>z\x00" * 3))


def test_a_wrong_checksum_hides_nothing() -> None:
    data = pdf.spaces(3_000_000)
    assert len(b"".join(UNDO[b"/FlateDecode"](data[:-4] + b"0000"))) >= 2_000_000


def test_lzw_bombs_are_bombs() -> None:
    assert len(b"".join(UNDO[b"/LZWDecode"](pdf.lzw(100)))) == 7_367_041


@pytest.mark.parametrize(
    ("raw", "limits", "said"),
    [
        (pdf.page(pdf.packed(bytes(1000))), {"max_part_bytes": 999}, "a stream of the PDF unpacks to more than 999"),
        (pdf.page(pdf.packed(bytes(1000))), {"max_unpacked_bytes": 999}, "the PDF unpacks to more than 999"),
        (pdf.page(pdf.stream(b"0 0 9 9 re f " * 11)), {"max_page_objects": 10}, "a page draws 11 objects"),
        (pdf.page(pdf.stream(b"0 0 9 9 re f " * 11)), {"max_objects": 10}, "its pages draw 11 objects"),
        (pdf.page(pdf.stream(b"BT (abc) Tj <61> Tj [(a) 9 (b)] TJ ET")), {"max_page_objects": 9}, "a page draws 15"),
        (pdf.page(pdf.stream(b"q Q q Q q Q")), {"max_page_objects": 2}, "a page draws 3 objects"),
    ],
    ids=["part", "whole", "page", "pages", "letters", "states"],
)  # fmt: skip
def test_limits(raw: bytes, limits: dict[str, int], said: str) -> None:
    check_pdf(raw, DEFAULT)
    assert said in refused(raw, **limits)


def test_objects_are_counted_where_bytes_are_too_many() -> None:
    """A long content of few objects passes."""
    check_pdf(pdf.page(pdf.stream(b"0 0 m 100 100 l 200 200 l S " * 10)), Settings(max_page_objects=10, max_objects=10))


def test_forms_are_counted_as_often_as_they_are_drawn() -> None:
    """A thousand times the words, 28 letters with their brackets, what draws them (1,110), and the page's own (29)."""
    assert "a page draws 29,139 objects" in refused(pdf.forms(4, 10), max_page_objects=28_000)


def test_pictures_count_as_one_whatever_they_unpack_to() -> None:
    image = pdf.packed(bytes(10_000), b"/Type /XObject /Subtype /Image /Width 100 /Height 100")
    drawn = pdf.page(pdf.stream(b"/I Do\n"), {10: image}, resources=b"/XObject << /I 10 0 R >>")
    check_pdf(drawn, Settings(max_part_bytes=9_000, max_unpacked_bytes=9_000))


def test_attachments_stay_packed() -> None:
    attached = pdf.page(pdf.stream(pdf.WORDS), {10: pdf.packed(bytes(10_000), b"/Type /EmbeddedFile")})
    check_pdf(attached, Settings(max_part_bytes=9_000))


def test_a_form_that_lists_itself_but_never_draws_itself_is_sound() -> None:
    """Programs give all forms one and the same list."""
    listed = b"/XObject << /X 10 0 R >>"
    check_pdf(pdf.page(pdf.stream(b"/X Do\n"), {10: pdf.form(pdf.WORDS, listed)}, resources=listed), DEFAULT)


def test_resources_may_be_inherited_and_elsewhere() -> None:
    objects = {
        1: pdf.CATALOG,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources 7 0 R >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [4 0 R 4 0 R] >>",
        4: pdf.stream(b"/X Do\n"),
        7: b"<< /XObject 8 0 R >>",
        8: b"<< /X 10 0 R >>",
        10: pdf.form(b"0 0 9 9 re f " * 20),
    }
    assert "a page draws 42 objects" in refused(pdf.file(objects), max_page_objects=41)


def test_every_version_of_an_object_counts() -> None:
    """Which of them is in force is for another reader of the file to say."""
    twice = pdf.page(pdf.stream(b"0 0 9 9 re f " * 20)) + pdf.page(pdf.stream(b"f "))
    assert "a page draws" in refused(twice, max_page_objects=19)


def test_a_locked_file_is_looked_into() -> None:
    for raw in (pdf.locked("", 40, 5000), pdf.locked("", 128, 5000), pdf.locked_by_aes(pdf.spaces(5000))):
        assert "max_part_bytes" in refused(raw, max_part_bytes=4_999)


def test_objects_in_streams_are_found() -> None:
    found = open_file(pdf.with_xref_stream(), part=10**6, whole=10**6)
    assert sorted(found.objects) == [1, 2, 3, 4, 5, 6, 7]
    assert found.resolved(Reference(1)) == {b"Type": b"/Catalog", b"Pages": Reference(2)}


def test_public_documents_pass() -> None:
    folder = Path(__file__).parents[2] / "corpus" / "documents"
    documents = sorted(folder.glob("*.pdf"))
    assert documents
    for document in documents:
        check_pdf(document.read_bytes(), DEFAULT)
