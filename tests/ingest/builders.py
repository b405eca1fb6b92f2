"""Small files of every format, made on the spot."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import docx
from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

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
