"""One filled database and one application for all page tests: they only read."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
import pytest

from extractor.web.server import make_datasette
from tests.web.sample import fill
from tests.web.vectors import use_invented_encoder


@dataclass(frozen=True)
class Site:
    """The application, with the ids of the sample's statements and documents by a short name."""

    datasette: Any
    names: dict[str, str]

    def get(self, path: str) -> Any:
        """The response to a request, without a server."""
        return asyncio.run(self.datasette.client.get(path))

    def page(self, path: str) -> Any:
        """The parsed page at an address that must be there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return lxml.html.document_fromstring(response.text)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample, in a file that is not called what it is served as; sentences are compared without the networks."""
    path = tmp_path_factory.mktemp("web") / "another name.db"
    names = fill(path, further=130)
    with pytest.MonkeyPatch.context() as patch:
        use_invented_encoder(patch)
        yield Site(make_datasette(path), names)


@pytest.fixture(scope="session")
def text() -> Callable[[Any], str]:
    """What an element says, on one line, with a space where a browser would begin a new one."""
    return lambda element: " ".join(_words(element).split())


def _words(element: Any) -> str:
    inside = (element.text or "") + "".join(_words(child) + (child.tail or "") for child in element)
    inline = element.tag in ("a", "span", "strong", "mark", "kbd")
    return inside if inline else f" {inside} "
