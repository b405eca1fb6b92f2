"""What the address of a list asks for: the parameters of a search, each checked."""

from dataclasses import replace
from datetime import date
from typing import Any

from extractor.records import KINDS, STRENGTHS, VOICES
from extractor.web import page, queries, words


def search(request: Any) -> queries.Search:
    """All that the search form can ask for.

    Where nothing narrows the list each pledge stands in it once, as it was last stated: that is what is promised now.
    As soon as anything is asked for, every statement that fits is found, because the wording, the owner or the date
    that a reader looks for may be an earlier one. `each` says which of the two it is.
    """
    asked = replace(
        narrowed(request),
        words=page.text_parameter(request, "q"),
        owner=page.text_parameter(request, "owner"),
        theme=page.text_parameter(request, "theme"),
        strength=page.choice_parameter(request, "strength", STRENGTHS),
        state=state(request),
        kind=page.choice_parameter(request, "kind", KINDS),
        year=page.year_parameter(request),
        order=page.choice_parameter(request, "order", tuple(queries.ORDERS)),
    )
    return asked if asked or asked.each else replace(asked, each="latest")


def narrowed(request: Any) -> queries.Search:
    """What every list of commitments can be narrowed to."""
    return queries.Search(
        sure=page.choice_parameter(request, "sure", tuple(words.SURE)),
        voice=page.choice_parameter(request, "voice", VOICES),
        each=page.choice_parameter(request, "each", queries.EACH),
        as_of=as_of(request),
    )


def state(request: Any) -> str:
    """A state or a mark, or "" where none is asked for."""
    return page.choice_parameter(request, "state", (*words.STATES, *words.MARKS))


def as_of(request: Any) -> str:
    """The day (ISO 8601) as of which a list is asked for, or "" for now with all that is known."""
    value = page.text_parameter(request, "as_of")
    if not value:
        return ""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise page.BadParameter(
            f"“as_of” is a day such as 2022-03-31; it cannot be “{words.shorten(value, 40)}”."
        ) from None
    if value > max(queries.today(), date.today().isoformat()):
        raise page.BadParameter(f"“as_of” is today or a day in the past; {words.day(value)} has not come yet.")
    return value
