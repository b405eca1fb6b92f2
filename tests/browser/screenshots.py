"""Pictures of telling pages, small enough for a README: `python -m tests.browser.screenshots`."""

import argparse
import io
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.chromium import DESK, PHONE, launched
from tests.browser.serving import CORPUS, read_archive, served

SHOTS = Path(__file__).with_name("shots")
LARGEST = 120_000  # bytes
# Few are enough for text on a plain ground.
COLOURS = 96
LARGE, SMALL = 900, 860

# The thread whose deadline moved and that most documents speak of.
_THREAD = "SELECT id FROM threads WHERE moved_days > 0 ORDER BY documents DESC, id LIMIT 1"
# A commitment with a date that stands on a drawn page, of the thread that most documents speak of.
_BOXED = """
SELECT c.id FROM commitments c JOIN statements s USING (id) JOIN threads t ON t.id = s.thread_id
WHERE c.sure AND c.deadline_end IS NOT NULL AND EXISTS (SELECT 1 FROM places p WHERE p.statement_id = c.id)
ORDER BY t.documents DESC, length(c.quote) DESC, c.id LIMIT 1
"""
# A section of a document with many statements.
_FULLEST = "SELECT document_id FROM sections GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to make: its name, the address of its page, how wide and how high, and what stands at its top."""

    name: str
    address: str
    width: int = DESK
    height: int = LARGE
    top: str = ""


def shots(database: Path) -> tuple[Shot, ...]:
    """What is shown of a database."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (thread,) = connection.execute(_THREAD).fetchone()
        (pledge,) = connection.execute(_BOXED).fetchone()
        (document,) = connection.execute(_FULLEST).fetchone()
    return (
        Shot("search", "/?q=nurses&sure=1"),
        Shot("pledge", f"/pledge/{pledge}"),
        Shot("page", f"/pledge/{pledge}", top="#on-page"),
        Shot("thread", f"/thread/{thread}"),
        Shot("document", f"/document/{document}?section=2"),
        Shot("phone", f"/pledge/{pledge}", width=PHONE, height=SMALL),
    )


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """A page as PNG with a palette. Raises ValueError where it is too large, or its page is not there."""
    page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
    try:
        answer = page.goto(address + shot.address)
        if answer is None or not answer.ok:
            raise ValueError(f"{shot.address} is not there")
        # what is loaded when it comes into view
        for picture in page.locator("img").all():
            picture.scroll_into_view_if_needed()
            picture.evaluate("picture => picture.decode()")
        page.evaluate("scrollTo(0, 0)")
        if shot.top:
            page.locator(shot.top).evaluate("element => element.scrollIntoView()")
        taken = Image.open(io.BytesIO(page.screenshot()))
    finally:
        page.close()
    packed = io.BytesIO()
    taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    if packed.tell() > LARGEST:
        raise ValueError(f"{shot.name} would be {packed.tell()} bytes large")
    return packed.getvalue()


def main() -> None:
    """Write every picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--db", type=Path, help="database to show (default: a new one of the corpus)")
    parser.add_argument("--to", type=Path, default=SHOTS, help="folder to write to")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        database = chosen.db
        if database is None:
            database = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "corpus.db"
            read_archive([CORPUS], database)
        address = stack.enter_context(served(database)).address
        browser = stack.enter_context(launched())
        chosen.to.mkdir(parents=True, exist_ok=True)
        for shot in shots(database):
            (chosen.to / f"{shot.name}.png").write_bytes(take(browser, address, shot))


if __name__ == "__main__":
    main()
