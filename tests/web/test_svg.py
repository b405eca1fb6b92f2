"""The drawing of a thread: in order, inside its frame, and safe."""

import itertools
from datetime import date, timedelta

import lxml.etree
from hypothesis import example, given
from hypothesis import strategies as st

from extractor.web import svg

TODAY = date(2024, 1, 15)


def event(number: int, published: date, due: date | None = None, title: str = "a title") -> svg.Event:
    return svg.Event(number, published, due, "commitment" if due else "progress", title, f"/pledge/{number}")


def test_nothing_to_draw() -> None:
    assert svg.timeline([], today=TODAY) is None


def test_one_day_needs_no_length_of_time() -> None:
    drawing = svg.timeline([event(1, TODAY, TODAY)], today=TODAY)
    assert drawing is not None
    assert "1 statements in 2024" in drawing
    assert ">2024<" in drawing


def test_words_are_escaped() -> None:
    hostile = "</title><script>alert(1)</script>"
    drawing = svg.timeline([event(1, TODAY, title=hostile)], today=TODAY)
    assert drawing is not None
    root = lxml.etree.fromstring(drawing)
    assert [node.text for node in root.iter("title")][1] == hostile
    assert not list(root.iter("script"))


def test_time_goes_to_the_right_and_deadlines_keep_their_number() -> None:
    """The deadline of the first moved beyond that of the second: the marks cross, the numbers tell."""
    events = [event(1, date(2020, 1, 1), date(2024, 1, 1)), event(2, date(2021, 6, 1), date(2022, 1, 1))]
    drawing = svg.timeline(events, today=TODAY)
    assert drawing is not None
    root = lxml.etree.fromstring(drawing)
    said = [float(c.attrib["cx"]) for c in root.iter("circle")]
    assert said[0] < said[1]
    due = {text.text: float(text.attrib["x"]) for text in root.findall("g/text")}
    assert due["1"] > due["2"]
    assert [text.text for text in root.findall("text[@class='year']")] == ["2020", "2021", "2022", "2023", "2024"]
    assert not root.findall("text[@class='today']")  # after the last day shown


@given(st.lists(st.floats(svg.LEFT, svg.RIGHT), max_size=60))
@example([float(svg.LEFT)] * 30)  # found by chance: each mark was rounded before the next was placed by it
def test_marks_stay_apart_in_order_and_inside(places: list[float]) -> None:
    spread = svg.spread(sorted(places))
    assert len(spread) == len(places)
    assert all(svg.LEFT <= place <= svg.RIGHT for place in spread)
    room = min(svg.STEP, (svg.RIGHT - svg.LEFT - 2 * svg.RADIUS) / max(len(places) - 1, 1))
    assert all(right - left >= room - 0.3 for left, right in itertools.pairwise(spread))


@given(st.lists(st.tuples(st.integers(0, 9000), st.none() | st.integers(0, 9000)), min_size=1, max_size=40))
def test_any_thread_can_be_drawn(days: list[tuple[int, int | None]]) -> None:
    start = date(2005, 1, 1)
    events = [
        event(number, start + timedelta(said), None if due is None else start + timedelta(due))
        for number, (said, due) in enumerate(sorted(days, key=lambda pair: pair[0]), start=1)
    ]
    drawing = svg.timeline(events, today=TODAY)
    assert drawing is not None
    assert len(lxml.etree.fromstring(drawing).findall("a")) == len(events)
