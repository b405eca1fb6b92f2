"""Small files of every format, made on the spot."""

import io
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

import docx
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from extractor.errors import Rejected
from extractor.ingest import read_bytes

WIDTH, HEIGHT = A4


def make_docx(fill: Callable[[Any], None]) -> bytes:
    """A Word document that `fill` writes into."""
    document = docx.Document()
    fill(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_pdf(pages: Sequence[Callable[[Any], None]], *, password: str | None = None, title: str | None = None) -> bytes:
    """A PDF with a page for each function, which gets the canvas to draw on."""
    buffer = io.BytesIO()
    encrypt = pdfencrypt.StandardEncryption(password, strength=128) if password else None
    drawn = canvas.Canvas(buffer, pagesize=A4, encrypt=encrypt, invariant=1)
    if title:
        drawn.setTitle(title)
    for page in pages:
        page(drawn)
        drawn.showPage()
    drawn.save()
    return buffer.getvalue()


def lines(
    *texts: str, x: float = 72, top: float = 700, leading: float = 14, font: str = "Helvetica", size: float = 11
) -> Callable[[Any], None]:
    """Draw lines one below the other from `top`."""

    def draw(page: Any) -> None:
        page.setFont(font, size)
        for number, text in enumerate(texts):
            page.drawString(x, top - number * leading, text)

    return draw


def together(*parts: Callable[[Any], None]) -> Callable[[Any], None]:
    """Several drawings on one page."""

    def draw(page: Any) -> None:
        for part in parts:
            part(page)

    return draw


def make_zip(**members: bytes) -> bytes:
    """A zip archive; two underscores in a name stand for a slash, one for a full stop."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), raw)
    return buffer.getvalue()


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def make_word(
    body: str,
    *,
    numbering: str = "",
    styles: str = "",
    footnotes: str = "",
    core: str = "",
    main: str = "word/document.xml",
    namespace: str = _WORD,
) -> bytes:
    """A Word document from the XML inside its parts (prefixes w, mc, wps and m are declared); `main` names its body."""
    declared = (
        f'xmlns:w="{namespace}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    parts = {"numbering": numbering, "styles": styles, "footnotes": footnotes}
    links = "".join(
        f'<Relationship Id="{name}" Type="{_LINK}/{name}" Target="{name}.xml"/>' for name, text in parts.items() if text
    )
    members = {f"word/{name}.xml": f"<w:{name} {declared}>{text}</w:{name}>" for name, text in parts.items() if text}
    members[main] = f"<w:document {declared}><w:body>{body}</w:body></w:document>"
    members[f"word/_rels/{main.rpartition('/')[2]}.rels"] = f'<r xmlns="{_PACKAGE}/relationships">{links}</r>'
    members["_rels/.rels"] = (
        f'<r xmlns="{_PACKAGE}/relationships"><Relationship Type="{_LINK}/officeDocument" Target="{main}"/>'
        f'<Relationship Type="{_PACKAGE}/relationships/metadata/core-properties" Target="/docProps/core.xml"/></r>'
    )
    members["[Content_Types].xml"] = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/{main}" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    if core:
        members["docProps/core.xml"] = (
            '<c xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">' + core + "</c>"
        )
    return zipped(members)


_OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
_ODT_TYPE = "application/vnd.oasis.opendocument.text"
_ODT_NAMES = " ".join(
    f'xmlns:{prefix}="{urn}"'
    for prefix, urn in {
        **{p: f"{_OPEN_DOCUMENT}:{p}:1.0" for p in ("office", "style", "text", "table", "meta", "manifest")},
        "draw": f"{_OPEN_DOCUMENT}:drawing:1.0",
        "fo": f"{_OPEN_DOCUMENT}:xsl-fo-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)


def make_odt(body: str, *, styles: str = "", automatic: str = "", meta: str = "", manifest: str = "") -> bytes:
    """An OpenDocument text from the XML inside its parts (the standard's prefixes are declared)."""

    def part(root: str, inside: str) -> str:
        return f"<office:{root} {_ODT_NAMES}>{inside}</office:{root}>"

    content = (
        f"<office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body>"
    )
    return zipped(
        {
            "mimetype": _ODT_TYPE,
            "content.xml": part("document-content", content),
            "styles.xml": part("document-styles", f"<office:styles>{styles}</office:styles>"),
            "meta.xml": part("document-meta", f"<office:meta>{meta}</office:meta>"),
            "META-INF/manifest.xml": f"<manifest:manifest {_ODT_NAMES}>{manifest}</manifest:manifest>",
        }
    )


def make_flat_odt(body: str, *, meta: str = "") -> bytes:
    """A flat OpenDocument text: one XML file without a zip archive around it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {_ODT_NAMES} office:version="1.3" '
        f'office:mimetype="{_ODT_TYPE}"><office:meta>{meta}</office:meta><office:styles/><office:automatic-styles/>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


def zipped(members: dict[str, str]) -> bytes:
    """A zip archive of texts by the names of its members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def make_mail(
    body: str, *, html: str = "", attached: Sequence[tuple[str, str, bytes]] = (), **headers: str
) -> EmailMessage:
    """A mail; `attached` are (name, type, bytes), `headers` have underscores for hyphens."""
    mail = EmailMessage()
    for name, value in {"From": "a@example.org", "To": "b@example.org", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, kind, raw in attached:
        main, _, sub = kind.partition("/")
        mail.add_attachment(raw, maintype=main, subtype=sub, filename=name)
    return mail


def refusal_of(raw: bytes, name: str) -> str:
    """Why a file is refused, "" where it is read; what is read has words in every block."""
    try:
        document = read_bytes(raw, name)
    except Rejected as refusal:
        return str(refusal)
    assert all(document.text[block.start : block.end].strip() for block in document.blocks)
    return ""
