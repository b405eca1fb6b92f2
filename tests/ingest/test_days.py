"""Days that documents give as their own, in the ways in which they are written."""

import pytest

from extractor.ingest.days import DATE, iso_day


@pytest.mark.parametrize(
    ("stamp", "day", "why"),
    [
        ("2023-12-06", "2023-12-06", "an ISO day"),
        ("2023-12", "2023-12", "an ISO month stays a month"),
        ("2023-12-06T10:00:00Z", "2023-12-06", "a time stamp"),
        ("Wed, 06 Dec 2023 10:00:00 GMT", "2023-12-06", "as HTTP and feeds write it"),
        ("6th December 2023", "2023-12-06", "an ordinal"),
        ("5th of March 2024", "2024-03-05", "an ordinal with “of”"),
        ("05/03/2024", "2024-03-05", "the day stands first here"),
        ("March 5, 2024", "2024-03-05", "the American order, written out, is clear"),
        ("Sept 2023", "2023-09", "a month alone"),
        ("2024", None, "a year says too little"),
        ("31 June 2024", None, "no such day"),
        ("2024-13-01", None, "no such month, and no day-first reading of an ISO form"),
        ("soon", None, "no date"),
        ("x" * 500, None, "no stamp"),
        (None, None, "nothing"),
    ],
)
def test_stamps_as_iso_days(stamp: object, day: str | None, why: str) -> None:
    assert iso_day(stamp) == day, why


@pytest.mark.parametrize("text", ["We may meet", "by 30%", "in 2024", "Band 5", "10 Year Plan 2025"])
def test_what_only_resembles_a_date_is_not_matched(text: str) -> None:
    assert not DATE.search(text)
