"""Every reader against thousands of broken files, and the slow ones of tests/bad: `make test-fuzz`, some five minutes.

The same files each time, so that a landing does not hang on luck; `FUZZ=random` draws others. Where a library ends the
process, the file that did it is the one that `check.LATEST` names.
"""

import os
import resource
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extractor.ingest.detect import FORMATS
from tests.bad import Bad
from tests.bad.check import check_cost, check_outcome, outcomes_of
from tests.bad.files import SLOW
from tests.fuzz.check import check
from tests.fuzz.mutate import broken
from tests.fuzz.seeds import seeds

# Far beyond what a file of a few kilobytes needs: what asks for more fails here, and not the machine.
MEMORY = 8 << 30
# Of each format; a Word document takes twice the time of the others.
EXAMPLES = 2500
FEWER = {"docx": 1200}
MAGIC = {
    "pdf": b"%PDF-1.7\n", "docx": b"PK\x03\x04", "odt": b"PK\x05\x06", "html": b"<html>", "markdown": b"---\n",
    "text": b"", "eml": b"From: a\r\nSubject: b\r\n\r\n", "rtf": b"{\\rtf1",
}  # fmt: skip
slow = settings(
    deadline=None,
    derandomize=os.environ.get("FUZZ") != "random",
    database=None,
    # the seed of a change says nothing that could be made smaller
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True, scope="module")
def _bounded() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("format", FORMATS)
def test_broken_files(format: str) -> None:
    @settings(slow, max_examples=FEWER.get(format, EXAMPLES))
    @given(st.integers(0, 2**32), st.sampled_from(range(len(seeds(format)))))
    def run(seed: int, which: int) -> None:
        check(broken(seed, seeds(format)[which], format), f"plan.{format}")

    run()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("format", FORMATS)
def test_noise_behind_the_right_beginning(format: str) -> None:
    @settings(slow, max_examples=400)
    @given(st.binary(max_size=2000))
    def run(noise: bytes) -> None:
        check(MAGIC[format] + noise, f"plan.{format}")

    run()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("format", ["text", "markdown", "html", "eml"])
def test_any_text_at_all(format: str) -> None:
    @settings(slow, max_examples=600)
    @given(st.text(max_size=800))
    def run(words: str) -> None:
        check(MAGIC[format] + words.encode("utf-8", "surrogatepass"), f"plan.{format}")

    run()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bad", SLOW, ids=lambda bad: bad.name)
def test_a_slow_bad_file_is_read_or_refused_in_little_time_and_memory(bad: Bad) -> None:
    found = outcomes_of([bad])[bad.name]
    check_outcome(bad, found)
    check_cost(found)
