"""Dates, intervals, figures and certainty in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.records import KINDS, MENTION_KINDS, PROGRESS_KINDS, RELATIONS, STRENGTHS, VOICES
from extractor.store.pledges import PLEDGES
from extractor.web import words
from extractor.web.queries import EACH, STATE_IS


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(None, "2024-06-30", "no later than 30 June 2024", id="open at its beginning"),
        pytest.param("2024-03-01", "2024-05-31", "1 March to 31 May 2024", id="the year is said once"),
        pytest.param("2024-04-01", "2024-04-30", "1 to 30 April 2024", id="the month is said once"),
        pytest.param("2024-12-01", "2025-02-28", "1 December 2024 to 28 February 2025", id="over the new year"),
        pytest.param("2024-03-01", "2025-03-01", "1 March 2024 to 1 March 2025", id="the same day a year later"),
        pytest.param("2024-04-01", "2024-04-01", "on 1 April 2024", id="one day"),
        pytest.param("2024-04-01", None, "from 1 April 2024, with no end given", id="open at its end"),
        pytest.param(None, None, "no deadline given", id="no date"),
    ],
)
def test_interval(first: str | None, last: str | None, expected: str) -> None:
    assert words.interval(first, last) == expected


@pytest.mark.parametrize(
    ("iso", "precision", "expected"),
    [
        ("2024-06-01", "day", "1 June 2024"),
        ("2024-06-01", "month", "June 2024"),
        ("2024-01-01", "year", "2024"),
        ("2024-06-01", None, "1 June 2024"),
        (None, None, "no date"),
    ],
)
def test_a_day_is_no_more_exact_than_it_is_known(iso: str | None, precision: str | None, expected: str) -> None:
    assert words.day(iso, precision) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7500.0, "7,500"), (33.3, "33.3"), (0.0, "0"), (1234567.5, "1,234,567.5"), (-2.0, "-2"), (None, "all")],
)
def test_figure(value: float | None, expected: str) -> None:
    assert words.figure(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "not sure (0%)"),
        (0.64, "not sure (64%)"),
        (0.65, "fairly sure (65%)"),
        (0.85, "very sure (85%)"),
        (1.0, "very sure (100%)"),
    ],
)
def test_certainty(value: float, expected: str) -> None:
    assert words.confidence(value) == expected


@pytest.mark.parametrize(("sure", "confidence", "expected"), [(1, 0.52, ""), (0, 0.52, "to be checked (52% sure)")])
def test_what_is_to_be_checked_says_so(sure: int, confidence: float, expected: str) -> None:
    assert words.check(sure, confidence) == expected


@pytest.mark.parametrize(
    ("voice", "speaker", "expected"),
    [
        pytest.param("own", None, "", id="the publisher's own: nothing to say"),
        pytest.param(None, None, "", id="stored before anybody asked"),
        pytest.param("quoted", "Ann Bell", "in the words of Ann Bell, quoted", id="quoted"),
        pytest.param("quoted", None, "quoted; who said it is not given", id="quoted, nobody named"),
        pytest.param("reported", "the union", "said by the union, retold", id="retold"),
        pytest.param("reported", None, "retold; who said it is not given", id="retold, nobody named"),
        pytest.param("unnamed", None, "an unnamed source", id="a source that stays hidden"),
        pytest.param("unnamed", "a source", "an unnamed source", id="whatever it is called"),
    ],
)
def test_whose_words(voice: str | None, speaker: str | None, expected: str) -> None:
    assert words.said_by(voice, speaker) == expected


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_shortened_text_fits_on_a_line(text: str, limit: int) -> None:
    short = words.shorten(text, limit)
    assert len(short) <= limit + 1
    assert "\n" not in short
    assert short == " ".join(text.split()) or short.endswith("…")


def test_every_code_has_its_words() -> None:
    """A value that the records or the view allow and no page explains would be a bare code, or an error."""
    assert set(words.STRENGTHS) == set(STRENGTHS)
    assert set(words.PROGRESS_KINDS) == set(PROGRESS_KINDS)
    assert set(words.DOCUMENT_KINDS) == set(KINDS)
    assert {*words.RELATIONS, "unrelated"} == set(RELATIONS)
    assert all(f"'{state}'" in PLEDGES.query for state in words.STATES)
    (case,) = re.findall(r"CASE\s+WHEN c.progress_from.*?AS state", PLEDGES.query, re.DOTALL)
    assert case.count("THEN '") + case.count("ELSE '") == len(words.STATES)
    assert set(words.STATES) == set(STATE_IS)
    assert set(words.EACH) == set(EACH)
    assert set(words.VOICES) == set(words.VOICE_NAMES) == set(VOICES)
    assert set(words.MENTIONS) == set(words.MENTION_NAMES) == set(MENTION_KINDS)


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [(1, "pledge", "1 pledge"), (0, "pledge", "0 pledges"), (1204, "document", "1,204 documents")],
)
def test_count(number: int, noun: str, expected: str) -> None:
    assert words.count(number, noun) == expected
