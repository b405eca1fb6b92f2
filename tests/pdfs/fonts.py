"""Fonts for made PDFs: the standard ones, and one with every bullet and ligature that documents use."""

from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_BOLD = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold", "Vera": "VeraBd"}
# Vera comes with reportlab and lacks these; they borrow the shape of another sign, which only a human eye would mind.
_BORROWED = {
    "•": "●○◦▪■‣⁃✓\uf0b7\uf0a7",
    "\ufb01": "\ufb00\ufb03\ufb04",
}
_LIGATURES = (("ffi", "\ufb03"), ("ffl", "\ufb04"), ("ff", "\ufb00"), ("fi", "\ufb01"), ("fl", "\ufb02"))


@cache
def _vera(name: str, file: str) -> None:
    pdfmetrics.registerFont(TTFont(name, file))
    # reportlab has one font for all names of a face: where another test has registered it, that is what is drawn with
    face = pdfmetrics.getFont(name).face
    glyphs, widths = face.charToGlyph, face.charWidths
    for source, borrowers in _BORROWED.items():
        for sign in borrowers:
            glyphs.setdefault(ord(sign), glyphs[ord(source)])
            widths.setdefault(ord(sign), widths[ord(source)])


def ready(font: str) -> str:
    """The name of a font that may now be drawn with."""
    if font in ("Vera", "VeraBd"):
        _vera(font, f"{font}.ttf")
    return font


def bold(font: str) -> str:
    """The bold face of a family."""
    return ready(_BOLD[font])


def font_for(sign: str, font: str) -> str:
    """`font`, or Vera where `sign` is a bullet that the standard fonts have not."""
    standard = font != "Vera" and all(ord(char) < 256 or char in "•–" for char in sign)
    return ready(font if standard else "Vera")


def width(text: str, font: str, size: float, spacing: float = 0) -> float:
    """How far a text reaches."""
    return float(pdfmetrics.stringWidth(text, ready(font), size)) + spacing * len(text)


def with_ligatures(text: str) -> str:
    """The text with the ligature characters that some fonts put for their letters."""
    for letters, ligature in _LIGATURES:
        text = text.replace(letters, ligature)
    return text
