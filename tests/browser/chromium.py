"""The browser: Debian's Chromium without a window, or the one that the variable CHROMIUM names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.pdfs.chromium import QUIET

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
DESK, PHONE = 1280, 390
HEIGHT = 900


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, closed when the block is left."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
