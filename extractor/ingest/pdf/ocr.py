"""Scanned pages: found, drawn by pdfium and read by Tesseract, where it is installed (extra `ocr`)."""

import math
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from extractor.errors import ExtractorError
from extractor.ingest.pdf.characters import Box, Word
from extractor.ingest.pdf.hocr import Ink, Placing, Scan, mend, rules_of, scan_of, slope_of, words_of
from extractor.settings import Settings

# Stamps, headers, page numbers and the marks of signing services stay below this many letters and figures a page.
STAMPED = 200
# A page that shows less than this of a picture has a logo on it; a page of text over half of it is a scan.
_LOGO = 0.05
_SCAN = 0.5
# Letters drawn as outlines: a line of them on a page without any text, a paragraph beside a stamp.
_OUTLINED_LINE = 30
_OUTLINED_PARAGRAPH = 200
# Fewer characters that are all unsure are what Tesseract sees in a photograph or a signature.
_FEW = 40
# Drawn so small a page takes 10 ms; text on paper leaves most of it in one shade.
_GLANCE_DPI = 36
_PAPER = 0.5
_PAPER_SHADES = 16

_TURN = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}

# Lines that fall by more than an inch on a yard are read badly, and the rules of tables in pieces.
_SKEWED = 0.025

_ENVIRONMENT = Lock()


class Unrecognised(ExtractorError):
    """A page could not be read from its picture; the message says why in one line, without naming the page."""


class _TooLate(Unrecognised):
    """The page's time is up."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page read from a picture: words and the rules of its tables, upright, in points from its lower left corner.

    `width` and `height` are the upright page's. `turn` counts the quarter turns anticlockwise that its text stood at,
    `confidence` is the mean over its characters (0–1; 1 for a blank page), `dropped` how many words were noise.
    """

    words: tuple[Word, ...]
    rules: tuple[Box, ...]
    width: float
    height: float
    turn: int
    confidence: float
    dropped: int

    @property
    def sizes(self) -> tuple[float, ...]:
        """The sizes of its words, the commonest first: what the sizes of later pages are levelled to."""
        count: dict[float, int] = {}
        for word in self.words:
            count[word.size] = count.get(word.size, 0) + len(word.text)
        return tuple(sorted(count, key=lambda size: -count[size]))


def missing(settings: Settings) -> str | None:
    """What keeps scanned pages from being read and how to mend that; None where everything is there."""
    if find_spec("pytesseract") is None:
        return "text recognition is not installed: pip install 'commitment-extractor[ocr]'"
    import pytesseract

    if shutil.which(pytesseract.pytesseract.tesseract_cmd) is None:
        return "Tesseract is not installed: apt-get install tesseract-ocr (or put it on the PATH)"
    try:
        present = set(pytesseract.get_languages())
    except (pytesseract.TesseractError, OSError, ValueError) as problem:
        return f"Tesseract does not start: {_first_line(problem)}"
    for language in settings.ocr_languages.split("+"):
        if language not in present:
            package = f"tesseract-ocr-{language.replace('_', '-').lower()}"
            return f"Tesseract has no data for {language!r} (setting ocr_languages): apt-get install {package}"
    return None


def needs_recognition(characters: int, *, pictured: float, outlines: int) -> bool:
    """Whether a page is a scan, by the letters and figures of its text layer and by what is drawn on it.

    `pictured` is the share of the page that pictures cover (0–1), `outlines` how many paths have a letter's size.
    A searchable scan has its text layer and needs nothing; a scan that was stamped has a layer of a few words.
    """
    if characters == 0:
        return pictured >= _LOGO or outlines >= _OUTLINED_LINE
    return characters <= STAMPED and (pictured >= _SCAN or outlines >= _OUTLINED_PARAGRAPH)


def looks_like_paper(page: Any) -> bool:
    """Whether a page of a PDF is mostly of one shade, as paper is and a photograph is not. A glance, 50 times as fast
    as recognition."""
    picture = _drawn(page, _GLANCE_DPI / 72)
    shades = np.asarray(picture.histogram(), dtype=float)
    window = np.convolve(shades, np.ones(2 * _PAPER_SHADES + 1), mode="same")
    return bool(window.max() >= _PAPER * shades.sum())


def recognise_page(page: Any, settings: Settings, *, sizes: Sequence[float] = ()) -> Recognised:
    """Read a page of a PDF (pypdfium2) from its picture. `sizes` and errors as for `recognise`."""
    width, height = page.get_size()
    scale = settings.ocr_dpi / 72
    pixels = max(1.0, width * height * scale * scale)
    # a poster is drawn at a coarser scale: its letters are large
    scale *= min(1.0, (settings.max_page_pixels / pixels) ** 0.5)
    _check_pictures(page, settings)
    return recognise(_drawn(page, scale), width=width, height=height, settings=settings, sizes=sizes)


def recognise(
    picture: Image.Image, *, width: float, height: float, settings: Settings, sizes: Sequence[float] = ()
) -> Recognised:
    """Read a picture of a page of width × height points. `sizes` are those of earlier pages, as `Recognised.sizes`.

    Raises Unrecognised: too large, out of time, Tesseract broke down, or what it read is not to be relied on (another
    script, handwriting, a picture too coarse).
    """
    if picture.width * picture.height > settings.max_page_pixels * 1.01:
        raise _too_large(picture.width, picture.height, settings.max_page_pixels)
    reader = _Reader(settings, time.monotonic() + settings.ocr_page_seconds, 72 * picture.height / height)
    picture = picture.convert("L")
    scan = reader.scan(picture)
    turn, script = 0, ""
    if scan.upended or scan.confidence < settings.ocr_least_confidence:
        turn, script = reader.orientation(picture)
    if turn:
        picture = picture.transpose(_TURN[turn])
        scan = reader.scan(picture)
    if turn % 2:
        width, height = height, width
    slope = slope_of(scan.lines)
    if abs(slope) > _SKEWED:
        picture = picture.rotate(math.degrees(math.atan(slope)), Image.Resampling.BICUBIC, fillcolor=255)
        scan = reader.scan(picture)
    if scan.confidence < settings.ocr_least_confidence and scan.characters >= _FEW:
        seen = f"; its script looks like {script}" if script not in ("", "Latin") else ""
        language = f"language {settings.ocr_languages}{seen}"
        raise Unrecognised(f"text recognition is too unsure of it (confidence {scan.confidence:.2f}, {language})")
    return _recognised(scan, picture, (width, height), turn, sizes)


def _recognised(
    scan: Scan, picture: Image.Image, points: tuple[float, float], turn: int, sizes: Sequence[float]
) -> Recognised:
    ink = _ink(picture)
    mended = mend(scan, ink)
    placing = Placing(picture.size, points, slope_of(mended.lines))
    words = words_of(mended.lines, ink, placing, sizes)
    confidence = Scan(mended.lines).confidence
    rules = rules_of(scan, placing)
    return Recognised(tuple(words), rules, *points, turn, round(confidence, 3), mended.dropped)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Tesseract with a deadline: settings, the moment by which it must be done, the picture's dots an inch."""

    settings: Settings
    deadline: float
    dpi: float

    def scan(self, picture: Image.Image) -> Scan:
        """The lines of a picture."""
        import pytesseract

        with self._running() as (language, common, seconds):
            hocr = pytesseract.image_to_pdf_or_hocr(
                picture, lang=language, config=f"--psm 3 {common}", extension="hocr", timeout=seconds
            )
        try:
            return scan_of(hocr)
        except (ValueError, KeyError) as problem:
            raise Unrecognised(f"Tesseract wrote what is no hOCR: {_first_line(problem)}") from problem

    def orientation(self, picture: Image.Image) -> tuple[int, str]:
        """By how many quarter turns anticlockwise the text of a picture stands, and its script; (0, "") if unknown."""
        import pytesseract

        try:
            with self._running() as (_, common, seconds):
                found = pytesseract.image_to_osd(
                    picture, config=f"--psm 0 {common}", output_type=pytesseract.Output.DICT, timeout=seconds
                )
        except _TooLate:
            raise
        except Unrecognised:
            # too few characters to tell, or no data for it (Debian's osd is a package of its own)
            return 0, ""
        return int(found["rotate"]) // 90 % 4, str(found["script"])

    @contextmanager
    def _running(self) -> Iterator[tuple[str, str, float]]:
        """What every call needs (languages, options, seconds left), and its errors in one line."""
        import pytesseract

        left = self.deadline - time.monotonic()
        limit = f"{self.settings.ocr_page_seconds} seconds (setting ocr_page_seconds)"
        late = _TooLate(f"text recognition took longer than {limit}")
        if left <= 0:
            raise late
        try:
            with _one_thread():
                yield self.settings.ocr_languages, f"--dpi {max(70, round(self.dpi))}", left
        except pytesseract.TesseractError as problem:
            status = f"Tesseract ended with status {problem.status}"
            raise Unrecognised(f"{status}: {_first_line(problem.message)}") from problem
        except OSError as problem:
            raise Unrecognised(f"Tesseract cannot be run: {_first_line(problem)}") from problem
        except RuntimeError as problem:
            # what pytesseract raises for a timeout, and for nothing else that is no TesseractError
            raise late from problem


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let Tesseract run on one core: on two it takes three times as long, since its threads wait for each other.

    pytesseract hands on the environment of this process and no other.
    """
    name = "OMP_THREAD_LIMIT"
    with _ENVIRONMENT:
        before = os.environ.get(name)
        os.environ[name] = "1"
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before


def _drawn(page: Any, scale: float) -> Image.Image:
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture.convert("L")


def _check_pictures(page: Any, settings: Settings) -> None:
    """Raise Unrecognised for a picture that only its decoding would show to be a bomb; 1,200 dpi of A4 are fine."""
    for item in page.get_objects(max_depth=4):
        size = getattr(item, "get_px_size", None)
        if size is None:
            continue
        across, down = size()
        if across * down > 4 * settings.max_page_pixels:
            raise _too_large(across, down, 4 * settings.max_page_pixels)


def _too_large(across: int, down: int, limit: int) -> Unrecognised:
    size = f"{across:,} × {down:,} pixels"
    return Unrecognised(f"its picture has {size}; the limit is {limit:,} (setting max_page_pixels)")


def _ink(picture: Image.Image) -> Ink:
    """Which pixels are dark, by the threshold that parts the shades best (Otsu 1979)."""
    shades = np.asarray(picture.histogram(), dtype=float)
    below = np.cumsum(shades)
    moment = np.cumsum(shades * np.arange(256))
    total, whole = below[-1], moment[-1]
    spread = below * (total - below)
    between = np.zeros(256)
    np.divide((whole * below - total * moment) ** 2, spread, out=between, where=spread > 0)
    ink: Ink = np.asarray(picture) <= int(between.argmax())
    return ink


def _first_line(problem: object) -> str:
    text = str(problem).strip()
    return text.splitlines()[0][:200] if text else type(problem).__name__
