"""The bad PDFs, one by one: what makes each and what must become of it."""

import zlib

from tests.bad import MB, Bad, pdf


def _text_page(content: bytes) -> bytes:
    return pdf.page(pdf.packed(content))


def _cut(share: float) -> bytes:
    whole = pdf.page(pdf.stream(pdf.WORDS))
    return whole[: int(share * len(whole))]


def _letters(count: int) -> bytes:
    """So many letters, each placed by itself."""
    spots = (b"1 0 0 1 %d %d Tm (a) Tj\n" % (3 * (n % 190), 840 - 2 * (n // 190)) for n in range(count))
    return _text_page(b"BT /F1 2 Tf " + b"".join(spots) + b"ET")


def _many_pages(claimed: int) -> bytes:
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % claimed
    return pdf.page(pdf.stream(pdf.WORDS), {2: pages})


def _shared_content(pages: int, boxes: int) -> bytes:
    """Pages that all draw one and the same content: it is packed once and drawn anew on each."""
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(pages))
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    own = {2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages)}
    content = pdf.packed(pdf.WORDS + b"0 0 9 9 re f\n" * boxes)
    return pdf.page(content, {**own, **{10 + n: leaf for n in range(pages)}})


def _disguised() -> bytes:
    """Content that calls itself a picture, which nobody would unpack."""
    return pdf.page(pdf.bomb(70 * MB, b"/Subtype /Image /Width 9 /Height 9"))


def _short_end() -> bytes:
    """A bomb that seems to end before it goes off."""
    data = pdf.spaces(70 * MB)
    cut = data[:500] + b"\nendstream\nendobj\n" + data[500:]
    return pdf.page(pdf.stream(cut, b"/Filter /FlateDecode")) + pdf.page(
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"
    )


def _letters_that_draw() -> bytes:
    """A font whose one letter is drawn by forms in forms."""
    more = {
        10 + n: pdf.form(b"/X Do\n" * 10, b"/XObject << /X %d 0 R >>" % (11 + n)) if n < 9 else pdf.form(pdf.WORDS)
        for n in range(10)
    }
    more[5] = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 "
        b"/Widths [9] /Encoding << /Differences [65 /a] >> /CharProcs << /a 6 0 R >> "
        b"/Resources << /XObject << /X 10 0 R >> >> >>"
    )
    more[6] = pdf.stream(b"9 0 d0 /X Do\n")
    return pdf.page(pdf.stream(b"BT /F1 9 Tf (A) Tj ET"), more)


def _font(more: bytes, number: int, stream: bytes, content: bytes = pdf.WORDS) -> bytes:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /A %s >>" % more
    return pdf.page(pdf.stream(content), {5: font, number: stream})


def _mapping(ranges: bytes) -> bytes:
    """A font whose letters stand for ranges of others."""
    cmap = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00000000> <FFFFFFFF> "
    cmap += b"endcodespacerange 1 beginbfrange " + ranges + b" endbfrange endcmap end end"
    return _font(b"/ToUnicode 6 0 R", 6, pdf.stream(cmap))


def _wide_font() -> bytes:
    """A font that gives the widths of four thousand million letters."""
    below = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
    )
    below += b"/Supplement 0 >> /W [0 4000000000 500] >>"
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [6 0 R] >>"
    return pdf.page(pdf.stream(b"BT /F1 11 Tf 72 700 Td <00410042> Tj ET"), {5: font, 6: below})


def _picture() -> bytes:
    """A picture said to be of four gigapixels."""
    named = b"/Type /XObject /Subtype /Image /Width 65000 /Height 65000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    content = pdf.stream(pdf.WORDS + b"/I Do\n")
    return pdf.page(content, {10: pdf.bomb(100 * MB, named)}, resources=pdf.FONTS + b" /XObject << /I 10 0 R >>")


def _table(content: bytes = pdf.WORDS) -> bytes:
    """Rules that draw a table around the words, so that tables are looked for."""
    rules = b"".join(b"60 %d 300 1 re f %d 600 1 130 re f\n" % (600 + 30 * n, 60 + 60 * n) for n in range(5))
    return rules + content


def _previous(target: int) -> bytes:
    """A table of objects that names a table before it: itself, or a place where none is."""
    whole = pdf.page(pdf.stream(pdf.WORDS))
    start = whole.rindex(b"xref\n0")
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % (start if target < 0 else target))


def _outline() -> bytes:
    """Bookmarks that come after themselves and hold themselves."""
    more = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R >>",
        8: b"<< /Type /Outlines /First 9 0 R /Last 9 0 R /Count 2 >>",
        9: b"<< /Title (The plan) /Parent 8 0 R /Next 9 0 R /First 9 0 R /Dest [3 0 R /Fit] >>",
    }
    return pdf.page(pdf.stream(pdf.WORDS), more)


def _tags(root: bytes, element: bytes) -> bytes:
    more = {
        1: b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 8 0 R >>",
        8: b"<< /Type /StructTreeRoot " + root + b" >>",
        9: b"<< /Type /StructElem /S /P /P 8 0 R /Pg 3 0 R " + element + b" >>",
    }
    words = b"/P << /MCID 0 >> BDC " + pdf.WORDS + b" EMC"
    return pdf.page(pdf.stream(words), more, entries=b"/StructParents 0")


def _deep_tags(depth: int) -> bytes:
    more = {
        1: b"<< /Type /Catalog /Pages 2 0 R /MarkInfo << /Marked true >> /StructTreeRoot 8 0 R >>",
        8: b"<< /Type /StructTreeRoot /K 10 0 R >>",
    }
    for n in range(depth):
        below = b"%d 0 R" % (11 + n) if n < depth - 1 else b"0"
        more[10 + n] = b"<< /Type /StructElem /S /Div /P %d 0 R /Pg 3 0 R /K %s >>" % (9 + n if n else 8, below)
    return pdf.page(pdf.stream(b"/P << /MCID 0 >> BDC " + pdf.WORDS + b" EMC"), more, entries=b"/StructParents 0")


PDFS = (
    # locks
    Bad("no-password-rc4-40.pdf", lambda: pdf.locked("", 40), None),
    Bad("no-password-rc4-128.pdf", lambda: pdf.locked("", 128), None),
    Bad("no-password-aes.pdf", lambda: pdf.locked_by_aes(zlib.compress(pdf.WORDS)), None),
    Bad("password.pdf", lambda: pdf.locked("key", 128), "encrypted", "password"),
    # cut short, empty
    Bad("cut-early.pdf", lambda: _cut(0.3), "damaged"),
    Bad("cut-late.pdf", lambda: _cut(0.97), None),
    Bad(
        "no-pages.pdf",
        lambda: pdf.file({1: pdf.CATALOG, 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}),
        "damaged",
        "no pages",
    ),
    # much on one page
    Bad("letters-100000.pdf", lambda: _letters(100_000), None),
    Bad("boxes-100000.pdf", lambda: _text_page(pdf.WORDS + b"0 0 9 9 re f\n" * 100_000), None),
    Bad(
        "boxes-spread.pdf",
        lambda: _text_page(pdf.WORDS + b"".join(b"%d %d 9 9 re f\n" % (n % 590, n // 590 * 4) for n in range(100_000))),
        None,
    ),
    Bad(
        "rules-50000.pdf",
        lambda: _text_page(
            pdf.WORDS
            + b"".join(
                b"0 %d m 590 %d l S %d 0 m %d 800 l S\n" % (n % 800, n % 800, n % 590, n % 590) for n in range(25_000)
            )
        ),
        None,
    ),
    Bad(
        "boxes-1500000.pdf",
        lambda: _text_page(pdf.WORDS + b"0 0 9 9 re f\n" * 1_500_000),
        "too-large",
        "max_page_objects",
    ),
    Bad(
        "one-long-line.pdf",
        lambda: _text_page(b"BT /F1 1 Tf 9 700 Td " + b"(aaaa bbbb cccc dddd eeee) Tj\n" * 20_000 + b"ET"),
        None,
    ),
    Bad(
        "letters-in-bulk.pdf",
        lambda: _text_page(b"BT /F1 1 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaa) Tj\n" * 100_000 + b"ET"),
        "too-large",
        "max_page_objects",
    ),
    Bad("claims-a-million-pages.pdf", lambda: _many_pages(1_000_000), "too-large", "1,000,000 pages"),
    Bad("claims-4000-pages.pdf", lambda: _many_pages(4_000), "damaged"),
    Bad("shared-content.pdf", lambda: _shared_content(4_000, 10_000), "too-large", "max_objects"),
    Bad("objects.pdf", lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 2_000_000, "too-large", "objects"),
    # what unpacks without end
    Bad("flate-bomb.pdf", lambda: pdf.page(pdf.bomb(300 * MB)), "too-large", "max_part_bytes"),
    Bad(
        "nested-bomb.pdf",
        lambda: pdf.page(pdf.packed(pdf.spaces(1024 * MB), filters=b"[/FlateDecode /FlateDecode]")),
        "too-large",
        "max_part_bytes",
    ),
    Bad(
        "hex-bomb.pdf",
        lambda: pdf.page(pdf.stream(pdf.spaces(70 * MB).hex().encode() + b">", b"/Filter [/AHx /Fl]")),
        "too-large",
        "max_part_bytes",
    ),
    Bad(
        "lzw-bomb.pdf",
        lambda: pdf.page(pdf.stream(pdf.lzw(70 * MB), b"/Filter /LZWDecode")),
        "too-large",
        "max_part_bytes",
    ),
    Bad(
        "many-bombs.pdf",
        lambda: pdf.page(pdf.stream(pdf.WORDS), {n: pdf.bomb(55 * MB) for n in range(10, 22)}),
        "too-large",
        "max_unpacked_bytes",
    ),
    Bad("object-stream-bomb.pdf", lambda: pdf.with_xref_stream(70 * MB), "too-large", "max_part_bytes"),
    Bad("locked-bomb.pdf", lambda: pdf.locked("", 128, 70 * MB), "too-large", "max_part_bytes"),
    Bad("aes-bomb.pdf", lambda: pdf.locked_by_aes(pdf.spaces(70 * MB)), "too-large", "max_part_bytes"),
    Bad("disguised-bomb.pdf", _disguised, "too-large", "max_part_bytes"),
    Bad("early-end-bomb.pdf", _short_end, "too-large", "max_part_bytes"),
    Bad(
        "font-bomb.pdf",
        lambda: _font(
            b"/FontDescriptor << /Type /FontDescriptor /FontFile2 6 0 R >>", 6, pdf.bomb(70 * MB, b"/Subtype /Image")
        ),
        "too-large",
        "max_part_bytes",
    ),
    Bad(
        "indirect-filter-bomb.pdf",
        lambda: pdf.page(pdf.stream(pdf.spaces(70 * MB), b"/Filter 9 0 R"), {9: b"/FlateDecode"}),
        "too-large",
        "max_part_bytes",
    ),
    Bad(
        "wide-predictor.pdf",
        lambda: pdf.page(pdf.packed(pdf.WORDS, b"/DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 1 >>")),
        "no-text",
    ),
    Bad("picture.pdf", _picture, None),
    # what draws itself, or ever more
    Bad("forms.pdf", lambda: pdf.forms(9, 10), "too-large", "max_page_objects"),
    Bad(
        "form-in-itself.pdf",
        lambda: pdf.page(
            pdf.stream(b"/X Do\n"),
            {10: pdf.form(b"/X Do /X Do\n", b"/XObject << /X 10 0 R >>")},
            resources=b"/XObject << /X 10 0 R >>",
        ),
        "damaged",
        "itself",
    ),
    Bad(
        "form-without-resources.pdf",
        lambda: pdf.page(
            pdf.stream(b"/X Do\n"),
            {10: pdf.stream(b"/X Do /X Do\n", b"/Subtype /Form")},
            resources=b"/XObject << /X 10 0 R >>",
        ),
        "damaged",
        "itself",
    ),
    Bad(
        "form-names-itself-in-hex.pdf",
        lambda: pdf.page(
            pdf.stream(b"/X Do\n"),
            {10: pdf.form(b"/#58 Do /X Do\n", b"/XObject << /X 10 0 R >>")},
            resources=b"/XObject << /X 10 0 R >>",
        ),
        "damaged",
        "itself",
    ),
    Bad("forms-in-a-chain.pdf", lambda: pdf.forms(60, 1), "damaged", "deep"),
    Bad("letters-that-draw.pdf", _letters_that_draw, "too-large", "max_page_objects"),
    # loops and depths of the structure
    Bad(
        "page-tree-loop.pdf",
        lambda: pdf.page(pdf.stream(pdf.WORDS), {2: b"<< /Type /Pages /Kids [2 0 R 3 0 R 2 0 R] /Count 3 >>"}),
        "damaged",
    ),
    Bad(
        "page-tree-only-loop.pdf",
        lambda: pdf.file({1: pdf.CATALOG, 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R >>"}),
        "damaged",
    ),
    Bad(
        "page-below-itself.pdf",
        lambda: pdf.page(pdf.stream(pdf.WORDS), {2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R >>"}),
        None,
    ),
    Bad("xref-loop.pdf", lambda: _previous(-1), None),
    Bad("xref-to-nowhere.pdf", lambda: _previous(3), None),
    Bad("xref-stream.pdf", lambda: pdf.with_xref_stream(), None),
    Bad("xref-stream-loop.pdf", lambda: pdf.with_xref_stream(previous=0), None),
    Bad("length-of-itself.pdf", lambda: pdf.page(b"<< /Length 4 0 R >>\nstream\n" + pdf.WORDS + b"endstream"), None),
    Bad(
        "deep-arrays.pdf",
        lambda: pdf.page(pdf.stream(pdf.WORDS), {9: b"[" * 200_000 + b"]" * 200_000}, entries=b"/Annots 9 0 R"),
        None,
    ),
    Bad("deep-content.pdf", lambda: _text_page(b"[" * 200_000 + b"]" * 200_000 + pdf.WORDS), None),
    Bad("saved-states.pdf", lambda: _text_page(b"q " * 200_000 + pdf.WORDS), None),
    Bad("marked-depth.pdf", lambda: _text_page(b"/P BMC " * 200_000 + pdf.WORDS), "damaged", "marks"),
    Bad("marked-flat.pdf", lambda: _text_page(b"/P BMC EMC " * 200_000 + pdf.WORDS), None),
    Bad(
        "marked-in-parts.pdf",
        lambda: pdf.page(b"[" + b"10 0 R " * 50 + b"]", {10: pdf.packed(b"/P BMC " * 1_900 + pdf.WORDS)}),
        "damaged",
        "marks",
    ),
    Bad("saved-states-3000000.pdf", lambda: _text_page(b"q " * 3_000_000 + pdf.WORDS), "too-large", "max_page_objects"),
    Bad("bookmark-loop.pdf", _outline, None),
    Bad("tag-loop.pdf", lambda: _tags(b"/K 9 0 R", b"/K 9 0 R"), None),
    Bad("tag-number-loop.pdf", lambda: _tags(b"/K 9 0 R /ParentTree << /Kids [8 0 R] >>", b"/K 0"), None),
    Bad("tag-roles-loop.pdf", lambda: _tags(b"/K 9 0 R /RoleMap << /P /Q /Q /P >>", b"/K 0"), None),
    Bad("tag-depth.pdf", lambda: _deep_tags(20_000), None),
    # fonts and boxes with figures out of all measure
    Bad("letter-ranges.pdf", lambda: _mapping(b"<00000000> <FFFFFFFF> <0041>"), None),
    Bad(
        "letter-ranges-in-a-table.pdf",
        lambda: _mapping(b"<00000000> <00FFFFFF> <0041>").replace(pdf.WORDS, _table()),
        None,
    ),
    Bad("wide-font.pdf", _wide_font, None),
    Bad("wide-page.pdf", lambda: pdf.page(pdf.stream(pdf.WORDS)).replace(b"595 842", b"9e9 8e9"), None),
    Bad("flat-page.pdf", lambda: pdf.page(pdf.stream(pdf.WORDS)).replace(b"595 842", b"0 0"), None),
    Bad("table.pdf", lambda: _text_page(_table()), None),
    Bad(
        "many-rules.pdf",
        lambda: _text_page(
            b"".join(b"%d 0 1 800 re f 0 %d 590 1 re f\n" % (n % 590, n % 800) for n in range(1_400)) + pdf.WORDS
        ),
        None,
    ),
)
