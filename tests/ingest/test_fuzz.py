"""A taste of `make test-fuzz` in every run: a few broken files of each format, and what its long runs have found."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.ingest.detect import FORMATS
from tests.bad import packed
from tests.fuzz.check import check
from tests.fuzz.mutate import broken
from tests.fuzz.seeds import seeds


@pytest.mark.parametrize("format", FORMATS)
def test_the_sound_files_are_sound(format: str) -> None:
    for raw in seeds(format):
        check(raw, f"plan.{format}")


@pytest.mark.parametrize("format", FORMATS)
def test_broken_files(format: str) -> None:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32), st.sampled_from(range(len(seeds(format)))))
    def run(seed: int, which: int) -> None:
        check(broken(seed, seeds(format)[which], format), f"plan.{format}")

    run()


# 1: an archive whose list of members points before its beginning, for which zipfile raises ValueError
FOUND = [
    pytest.param("1.odt", packed.odt()[:4] + packed.odt()[24:], id="1: an offset before the beginning of the archive"),
]


@pytest.mark.parametrize(("name", "raw"), FOUND)
def test_what_was_found(name: str, raw: bytes) -> None:
    check(raw, name)
