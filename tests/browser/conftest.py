"""One archive, one server and one browser for the whole suite; every test gets pages whose doings are watched.

Not part of the default run, which needs no browser: call it by name, `python -m pytest tests/browser/in_*.py`. It needs
the packages `playwright` and `axe-playwright-python`, and a Chromium at the path in the variable CHROMIUM.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.archive import Archive, make_archive
from tests.browser.chromium import CHROMIUM, DESK, HEIGHT, launched
from tests.browser.serving import Server, served

OpenPage = Callable[..., Page]
# Milliseconds; a machine at work on other things is slow to answer.
PATIENCE = 20_000


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return make_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def server(archive: Archive) -> Iterator[Server]:
    with served(archive.path) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    with launched() as browser:
        yield browser


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the pages of a test: errors of scripts and of the console, dialogues."""
    return []


@pytest.fixture
def opened(browser: Browser, faults: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Makes visitors: browsers without cookies whose requests and faults are looked at when the test is over."""
    contexts: list[BrowserContext] = []
    requested: set[str] = set()

    def visitor(address: str, *, width: int = DESK, height: int = HEIGHT, **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda asked: requested.add(asked.url))
        context.on("weberror", lambda problem: faults.append(str(problem.error)))
        context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        contexts.append(context)
        return context

    yield visitor
    for context in contexts:
        context.close()
    away = [url for url in requested if urlsplit(url).hostname not in ("127.0.0.1", None)]
    assert not away, "requests left the machine"
    assert not faults


@pytest.fixture
def page(opened: Callable[..., BrowserContext], server: Server) -> Page:
    """A page of a visitor at a desk."""
    return opened(server.address).new_page()
