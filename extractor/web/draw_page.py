"""Draws one page of a PDF: a program of its own, run in a process of its own, since a hostile file can make pdfium take
any time and memory, or die.

    python draw_page.py FILE NUMBER TURN SECONDS > page.png
"""

import contextlib
import io
import math
import sys
from collections.abc import Sequence

import pypdfium2
from PIL import Image

# Dots an inch: 8-point print can be read, and a page of A4 takes some 150 kB.
DPI = 144
# A page of A3 at that; a larger one is drawn coarser.
MOST_PIXELS = 4_000_000
# Of each picture. Shades of print need few, photographs more.
COLOURS = 128
MEMORY = 1_500_000_000


def draw(file: str, number: int, turn: int) -> bytes:
    """Page `number` (from 1) of a file, turned by `turn` degrees clockwise, as PNG.

    Raises pypdfium2.PdfiumError where it cannot be read, IndexError where there is no such page.
    """
    document = pypdfium2.PdfDocument(file)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(DPI / 72, math.sqrt(MOST_PIXELS / max(1.0, width * height)))
        image = page.render(scale=scale, rotation=turn).to_pil().convert("RGB")
        buffer = io.BytesIO()
        image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True
        )
        return buffer.getvalue()
    finally:
        document.close()


def limit(seconds: int) -> None:
    """Bound this process in memory and time, where the system can."""
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds)):
            # macOS refuses to bound memory
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def main(arguments: Sequence[str]) -> None:
    """Write the picture to the standard output."""
    file, number, turn, seconds = arguments
    limit(int(seconds))
    sys.stdout.buffer.write(draw(file, int(number), int(turn)))


if __name__ == "__main__":
    main(sys.argv[1:])
