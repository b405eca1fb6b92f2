"""What a PDF would unfold to, counted before pdfium opens it.

pdfium unpacks a stream to its end whatever its length, and draws a form anew each time that it is named, up to forty
deep: kilobytes can ask for more memory than there is, and then pdfium ends the process. Every stream is therefore
unpacked here first, within limits, and what the pages draw is added up.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from extractor.errors import Rejected, too_large
from extractor.ingest.pdf.streams import Dictionary, File, Reference, Stream, open_file, unescaped
from extractor.settings import Settings

# As deep as pdfium follows forms in forms: `kMaxFormLevel` in its core/fpdfapi/page/cpdf_streamcontentparser.cpp.
MAX_FORM_DEPTH = 41
# pdfium copies all marks that are open for each that opens: ten thousand in each other take half a gigabyte. Sound
# files have a dozen, and some that forget to close them a few hundred.
MAX_OPEN_MARKS = 2_000
# As far as a page is followed up to what it inherits from.
MAX_PAGE_DEPTH = 64

_PAGE = re.compile(rb"/Page(?![A-Za-z])|#")
_PAGE_OR_FONT = re.compile(rb"Contents|CharProcs|#")
_NAMED = re.compile(rb"/([^\s()<>\[\]{}/%]+)\s+Do\b")
# Operators that paint, show an image inside the content, or save a state.
_PAINTED = re.compile(rb"(?<![^\s\])>])(?:[SsFfBbq]|[fBb]\*|sh|Do|EI)(?![^\s\[(</%])")
_MARK = re.compile(rb"B[MD]C|EMC")
_SHOWN = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Content:
    """A content stream: how many objects it draws by itself, how often it names which form, how deep its marks nest."""

    objects: int
    named: Mapping[bytes, int]
    marks: int


@dataclass(slots=True)
class _Walk:
    """A walk over what pages draw; `weigh` counts the objects of one content stream."""

    file: File
    weigh: Callable[[bytes], int]
    contents: dict[int, _Content] = field(default_factory=dict)
    drawn: dict[tuple[int, int | None], int] = field(default_factory=dict)


def check_pdf(raw: bytes, settings: Settings) -> None:
    """Refuse a PDF that unfolds beyond the limits.

    Raises Rejected: "too-large" (settings max_part_bytes, max_unpacked_bytes, max_page_objects, max_objects), "damaged"
    for a drawing that holds itself, "encrypted" where the empty password does not open it. What is merely broken
    passes: pdfium mends much of it.
    """
    file = open_file(raw, part=settings.max_part_bytes, whole=settings.max_unpacked_bytes)
    texts = [object.text for versions in file.objects.values() for object in versions]
    if any(b"/Catalog" in text for text in texts) and not any(_PAGE.search(text) for text in texts):
        raise Rejected("damaged", "the PDF has no pages")
    try:
        # no object takes less than a byte, and most files have not even as many bytes as they may have objects
        _check(_Walk(file, len), settings)
    except Rejected as refusal:
        if refusal.reason != "too-large":
            raise
        _check(_Walk(file, _objects), settings)


def _check(walk: _Walk, settings: Settings) -> None:
    total = 0
    # held all together, since what is known of a drawing is kept by the resources it was drawn with
    for streams, resources in list(_roots(walk.file)):
        drawn = sum(_drawn(walk, stream, resources, ()) for stream in streams)
        total += drawn
        if sum(_content(walk, stream).marks for stream in streams) > MAX_OPEN_MARKS:
            raise Rejected("damaged", f"a page holds more than {MAX_OPEN_MARKS:,} marks in each other")
        if drawn > settings.max_page_objects:
            raise too_large(f"a page draws {_figure(drawn)} objects", settings.max_page_objects, "max_page_objects")
    if total > settings.max_objects:
        raise too_large(f"its pages draw {_figure(total)} objects", settings.max_objects, "max_objects")


def _figure(count: int) -> str:
    # forms in forms reach numbers that no line could hold
    return f"{count:,}" if count < 10**12 else "endlessly many"


def _roots(file: File) -> Iterator[tuple[list[Stream], Dictionary]]:
    """What is drawn by itself: the content of each page, each letter of a font that is made of drawings; resources."""
    for object in [object for versions in file.objects.values() for object in versions]:
        if object.stream is not None or not _PAGE_OR_FONT.search(object.text):
            continue
        page = object.value
        if not isinstance(page, dict):
            continue
        if b"Contents" in page:
            yield list(_streams(file, page[b"Contents"])), _resources(file, page)
        for letter in _dictionary(file, page.get(b"CharProcs")).values():
            yield list(_streams(file, letter)), _dictionary(file, page.get(b"Resources"))


def _streams(file: File, value: object) -> Iterator[Stream]:
    """The streams that a value refers to, one or an array of them, in every version that the file holds."""
    items = file.resolved(value)
    for reference in items if isinstance(items, list) else [value]:
        if isinstance(reference, Reference):
            yield from (o.stream for o in file.objects.get(reference.number, ()) if o.stream is not None)


def _resources(file: File, page: Dictionary) -> Dictionary:
    """The resources of a page, its own or inherited."""
    for _ in range(MAX_PAGE_DEPTH):
        if b"Resources" in page:
            break
        page = _dictionary(file, page.get(b"Parent"))
    return _dictionary(file, page.get(b"Resources"))


def _dictionary(file: File, value: object) -> Dictionary:
    found = file.resolved(value)
    return found if isinstance(found, dict) else {}


def _drawn(walk: _Walk, stream: Stream, inherited: Dictionary, within: tuple[int, ...]) -> int:
    """How many objects a content stream draws with all that it names; `within` are the streams that it is part of."""
    if stream.start in within:
        raise Rejected("damaged", "a drawing in the PDF holds itself")
    if len(within) > MAX_FORM_DEPTH:
        raise Rejected("damaged", f"drawings in the PDF are nested more than {MAX_FORM_DEPTH} deep")
    content = _content(walk, stream)
    if not content.named:
        return content.objects
    own = stream.dictionary.get(b"Resources")
    resources = inherited if own is None else _dictionary(walk.file, own)
    forms = _dictionary(walk.file, resources.get(b"XObject"))
    key = stream.start, None if own is not None else id(inherited)
    if key not in walk.drawn:
        total = content.objects
        for name, times in content.named.items():
            for form in _streams(walk.file, forms.get(name)):
                if form.dictionary.get(b"Subtype") != b"/Image":
                    total += times * _drawn(walk, form, resources, (*within, stream.start))
        walk.drawn[key] = total
    return walk.drawn[key]


def _content(walk: _Walk, stream: Stream) -> _Content:
    if stream.start not in walk.contents:
        data = bytes(walk.file.unpack(stream))
        named = Counter(unescaped(name) for name in _NAMED.findall(data)) if b"Do" in data else {}
        walk.contents[stream.start] = _Content(walk.weigh(data), named, _marks(data))
    return walk.contents[stream.start]


def _marks(data: bytes) -> int:
    """How many marks may be open at once within a content stream, or are left open by it."""
    opened = data.count(b"BMC") + data.count(b"BDC")
    if opened <= MAX_OPEN_MARKS:
        return max(0, opened - data.count(b"EMC"))
    depth = deepest = 0
    for mark in _MARK.findall(data):
        depth = max(0, depth - 1) if mark == b"EMC" else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _objects(data: bytes) -> int:
    """How many objects a content stream makes: lines, areas, pictures, saved states, and each letter that it shows."""
    return sum(1 for _ in _PAINTED.finditer(data)) + sum(len(letters) for letters in _SHOWN.findall(data))
