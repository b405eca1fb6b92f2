"""Draws a thread's timeline as SVG: time on x, what was said above, and below, joined by a line, what it was due by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

Scale = Callable[[date], float]

WIDTH, HEIGHT = 880, 230
LEFT, RIGHT = 64, 862
SAID, DUE, BOTTOM = 44, 150, 186
RADIUS = 12
STEP = 2 * RADIUS + 4
YEAR_LABEL_GAP = 44


@dataclass(frozen=True, slots=True)
class Event:
    """A statement of a thread: its number in the list, the day its document was published, the last day it sets.

    `label` is commitment or progress, `title` what a reader is told of it, `href` where it leads.
    """

    number: int
    published: date
    due: date | None
    label: str
    title: str
    href: str


def timeline(events: Sequence[Event], *, today: date) -> Markup | None:
    """The drawing of `events` in order of publication, or None where there are none.

    All of its text is escaped; its colours come from the style sheet of the page it stands in.
    """
    if not events:
        return None
    days = [event.published for event in events] + [event.due for event in events if event.due]
    first, last = min(days), max(days)
    length = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(LEFT + RADIUS + (RIGHT - LEFT - 2 * RADIUS) * (day - first).days / length, 1)

    dated = [event for event in events if event.due]
    said = spread([x(event.published) for event in events])
    by_due = sorted(dated, key=lambda event: (event.due or today, event.number))
    due = dict(
        zip((event.number for event in by_due), spread([x(event.due or today) for event in by_due]), strict=True)
    )
    parts = [*_years(first, last, x), *_today(first, last, today, x), *_lanes(has_deadlines=bool(dated))]
    parts += [_line(place, due[event.number]) for event, place in zip(events, said, strict=True) if event.due]
    parts += [_deadline(event.number, due[event.number]) for event in dated]
    parts += [_statement(event, place) for event, place in zip(events, said, strict=True)]
    return Markup(
        '<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-labelledby="timeline-title">'
        '<title id="timeline-title">{}</title>{}</svg>'
    ).format(WIDTH, HEIGHT, _summary(events, len(dated)), Markup("").join(parts))


def spread(places: Sequence[float]) -> list[float]:
    """Move marks that would cover each other apart, in order, and keep all of them between LEFT and RIGHT.

    More marks than fit side by side share the room evenly.
    """
    step = min(float(STEP), (RIGHT - LEFT - 2 * RADIUS) / max(len(places) - 1, 1))
    result: list[float] = []
    for place in places:
        result.append(max(place, result[-1] + step) if result else place)
    limit = float(RIGHT - RADIUS)
    for index in range(len(result) - 1, -1, -1):
        result[index] = min(result[index], limit)
        limit = result[index] - step
    # Rounded last: forty roundings on the way would push the first mark over the edge.
    return [round(place, 1) for place in result]


def _summary(events: Sequence[Event], dated: int) -> str:
    first, last = events[0].published.year, events[-1].published.year
    years = f"in {first}" if first == last else f"from {first} to {last}"
    return f"{len(events)} statements {years}, {dated} with a deadline. The numbered list below says the same in words."


def _years(first: date, last: date, x: Scale) -> list[Markup]:
    """A line for each 1 January, as many of them labelled as there is room for."""
    starts = [(year, x(date(year, 1, 1))) for year in range(first.year, last.year + 1) if date(year, 1, 1) >= first]
    parts: list[Markup] = []
    free_from = 0.0
    for year, at in starts or [(first.year, float(LEFT + RADIUS))]:
        parts.append(Markup('<line class="year" x1="{0}" y1="14" x2="{0}" y2="{1}"/>').format(at, BOTTOM))
        if at >= free_from:
            parts.append(Markup('<text class="year" x="{}" y="{}">{}</text>').format(at, BOTTOM + 22, year))
            free_from = at + YEAR_LABEL_GAP
    return parts


def _today(first: date, last: date, today: date, x: Scale) -> list[Markup]:
    if not first <= today <= last:
        return []
    at = x(today)
    return [
        Markup('<line class="today" x1="{0}" y1="14" x2="{0}" y2="{1}"/>').format(at, BOTTOM),
        Markup('<text class="today" x="{}" y="10">today</text>').format(at),
    ]


def _lanes(*, has_deadlines: bool) -> list[Markup]:
    lanes = [("said", SAID)] + ([("due by", DUE)] if has_deadlines else [])
    return [
        Markup(
            '<text class="lane" x="0" y="{1}">{0}</text><line class="lane" x1="{3}" y1="{2}" x2="{4}" y2="{2}"/>'
        ).format(name, y + 5, y, LEFT, RIGHT)
        for name, y in lanes
    ]


def _line(said: float, due: float) -> Markup:
    return Markup('<line class="until" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        said, SAID + RADIUS, due, DUE - RADIUS
    )


def _deadline(number: int, place: float) -> Markup:
    return Markup(
        '<g class="due"><path d="M{0} {1} l{2} -{2} l-{2} -{2} l-{2} {2} z"/><text x="{0}" y="{3}">{4}</text></g>'
    ).format(place, DUE + RADIUS + 1, RADIUS + 1, DUE + 5, number)


def _statement(event: Event, place: float) -> Markup:
    """A numbered circle (commitment) or square (progress) that leads to its statement."""
    if event.label == "commitment":
        shape = Markup('<circle cx="{}" cy="{}" r="{}"/>').format(place, SAID, RADIUS)
    else:
        shape = Markup('<rect x="{}" y="{}" width="{w}" height="{w}"/>').format(
            place - RADIUS, SAID - RADIUS, w=2 * RADIUS
        )
    return Markup('<a href="{}" class="{}"><title>{}</title>{}<text x="{}" y="{}">{}</text></a>').format(
        event.href, event.label, event.title, shape, place, SAID + 5, event.number
    )
