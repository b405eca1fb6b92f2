"""The words in which a page puts what the database holds: dates, intervals, strengths, certainty, figures."""

from collections.abc import Mapping
from datetime import date

from extractor.store.corrected import NOTHING, deadline_days, published

STRENGTHS: Mapping[str, str] = {
    "firm": "It is put as something that will happen, is due to happen or must happen.",
    "directive": "One body asks, tells or requires another to do it; the owner is the body that has to act.",
    "aim": "It is hoped for, intended or worked towards, which is less than saying that it will be done.",
    "proposal": "It is suggested, considered or consulted on; nothing has been decided.",
}
PROGRESS_KINDS: Mapping[str, str] = {
    "delivered": "The text says that it has been done.",
    "underway": "The text says that work on it has begun or goes on.",
    "delayed": "The text says that it will come later than was said before.",
    "measure": "The text gives a figure by which the outcome can be judged.",
}
VOICES: Mapping[str, str] = {
    "own": "The document says it itself, in the words of whoever published it.",
    "quoted": "The document gives somebody’s own words, in quotation marks or under that person’s name.",
    "reported": "The document says in other words what somebody said.",
    "unnamed": "The document has it from a source whom it does not name.",
}
VOICE_NAMES: Mapping[str, str] = {
    "own": "the publisher’s own",
    "quoted": "quoted",
    "reported": "retold",
    "unnamed": "an unnamed source",
}
# The values of a filter: those that the program decided, and those that it leaves to a person.
SURE: Mapping[str, str] = {"1": "sure", "0": "to be checked"}
MENTIONS: Mapping[str, str] = {
    "demand": "Somebody who cannot decide it calls for it.",
    "recommendation": "An inquiry, a review or an adviser says that it should be done.",
    "former": "It was promised before, and the document tells of that as history.",
    "refusal": "It was asked for or planned, and the document says that it is not taken up.",
}
MENTION_NAMES: Mapping[str, str] = {
    "demand": "demand",
    "recommendation": "recommendation",
    "former": "told as history",
    "refusal": "turned down",
}
STATES: Mapping[str, str] = {
    "progress reported": "a later document reports on it",
    "deadline passed": "the day it was due has gone by; whether it was kept is another question",
    "start date passed": "the day from which it is to hold has come, and it names no last day",
    "due in 90 days": "the day it is due lies within the next 90 days",
    "dated": "the day it is due lies further ahead",
    "no date": "no deadline was found in its words",
}
# What can be said of a commitment beside its one state.
MARKS: Mapping[str, str] = {
    "moved": "a later statement of the same pledge gives another deadline",
    "gone quiet": "the latest documents of a series that promised it do not mention it",
}
# The values of a filter: each pledge once, or as often as it was stated.
EACH: Mapping[str, str] = {"latest": "once, as last stated", "statement": "every statement"}
RELATIONS: Mapping[str, str] = {
    "restates": "says it again",
    "revises": "changes it",
    "progresses": "reports on it",
}
DOCUMENT_KINDS: Mapping[str, str] = {
    "letter": "Letter",
    "plan": "Plan",
    "minutes": "Minutes",
    "press_release": "Press release",
    "news": "News",
    "response": "Response",
    "report": "Report",
    "other": "Other",
}
SOURCES: Mapping[str, str] = {
    "option": "given on the command line",
    "sidecar": "given in a file beside it",
    "file": "stated in the file's own properties",
    "text": "read in the text",
    "name": "taken from the file's name",
    "review": "given by a reviewer",
}
# How a source goes on where what it gives was made more exact.
SHARPENED = ", sharpened by the text"


def source(came_from: str) -> str:
    """Where a piece of metadata came from, in words; nothing where that is not known."""
    where, sharpened, _ = came_from.partition(SHARPENED)
    said = SOURCES.get(where, "")
    return f"{said}; the day read in the text" if said and sharpened else said


# All pages that stand by themselves, for the foot of every page.
MAP: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Find": (
        ("/", "Search"),
        ("/alike", "Pledges like a sentence"),
        ("/deadlines", "Deadlines"),
        ("/deadlines/calendar", "Deadlines by month"),
        ("/changes", "Changes"),
    ),
    "Look closer": (
        ("/quiet", "Gone quiet"),
        ("/unclear", "Unclear"),
        ("/network", "Owners and what joins them"),
        ("/review", "What is least certain"),
        ("/rejections", "Documents that could not be read"),
    ),
    "Take": (
        ("/api", "API notes"),
        ("/commitments/pledges", "All pledges as a table"),
        ("/search.csv", "All pledges as CSV"),
        ("/changes.atom", "Changes as a feed"),
        ("/deadlines.ics", "Deadlines as a calendar"),
    ),
    "About": (
        ("/method", "Method"),
        ("/method#accuracy", "How often it is right"),
        ("/method#cite", "How to cite"),
        ("/method#error", "Report an error"),
        ("/method#licence", "Licence"),
    ),
}

# From this probability on, a decision is called …
CERTAINTY = ((0.85, "very sure"), (0.65, "fairly sure"), (0.0, "not sure"))


def day(iso: str | None, precision: str | None = None) -> str:
    """An ISO day in words, as exact as `precision` (day, month, year) allows; "no date" where there is none."""
    if not iso:
        return "no date"
    value = date.fromisoformat(iso)
    if precision == "year":
        return str(value.year)
    month = f"{value:%B} {value.year}"
    return month if precision == "month" else f"{value.day} {month}"


def today() -> str:
    """This day (ISO 8601), the last one that a list can be asked for."""
    return date.today().isoformat()


def reviewed_value(field: str | None, value: str) -> str:
    """The value that a review gives a field, as a reader would say it: days in words, others as they are."""
    if field == "deadline" and (days := deadline_days(value)):
        first, last = (end.isoformat() if end else None for end in days)
        return interval(first, last)
    if field == "date" and (known := published(value)):
        return day(known[0].isoformat(), known[1])
    return "none" if value == NOTHING else value


def interval(first: str | None, last: str | None) -> str:
    """The days from `first` to `last` (ISO, inclusive, None where open) as a reader would say them."""
    if first is None and last is None:
        return "no deadline given"
    if first is None:
        return f"no later than {day(last)}"
    if last is None:
        return f"from {day(first)}, with no end given"
    if first == last:
        return f"on {day(first)}"
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(last)}"
    if start.year == end.year:
        return f"{start.day} {start:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def confidence(value: float) -> str:
    """A probability in two words and as a percentage: "fairly sure (78%)"."""
    sure = next(name for least, name in CERTAINTY if value >= least)
    return f"{sure} ({value:.0%})"


def often(share: float) -> str:
    """How often a field read in some way was right where it was checked, as a sentence for a reader."""
    return f"Read in this way it was right {round(share * 100)} times in 100."


def check(sure: int, confidence: float) -> str:
    """What is said of a statement that a person should look at before it is counted; nothing of any other."""
    return "" if sure else f"to be checked ({confidence:.0%} sure)"


def denial(label: str) -> str:
    """What a statement is that denies: a commitment not to act, or a report of what was not done."""
    return "a promise not to act" if label == "commitment" else "something not done"


def said_by(voice: str | None, speaker: str | None) -> str:
    """Whose words a statement or a mention gives; nothing where they are the publisher's own, or nobody asked."""
    if voice == "quoted":
        return f"in the words of {speaker}, quoted" if speaker else "quoted; who said it is not given"
    if voice == "reported":
        return f"said by {speaker}, retold" if speaker else "retold; who said it is not given"
    return VOICE_NAMES["unnamed"] if voice == "unnamed" else ""


def figure(value: float | None) -> str:
    """A number as it is printed: thousands apart, no decimals that say nothing; "all" for None."""
    if value is None:
        return "all"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def term(code: str) -> str:
    """A code such as `mental-health` or `press_release` with its words apart."""
    return DOCUMENT_KINDS.get(code, capitalised(code.replace("_", " ").replace("-", " ").strip()))


def count(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: "1 document", "1,204 documents"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def silence(missed: int, later: int, series: str) -> str:
    """How long a series has been silent: in the last `missed` of the `later` documents since it was first said."""
    if later == 1:
        where = "the only later document"
    elif missed == later:
        where = f"the {later:,} later documents"
    else:
        where = f"the last {f'{missed:,} ' if missed > 1 else ''}of the {later:,} later documents"
    return f"not mentioned in {where} of the series {series}"


def moved(days: int) -> str:
    """By how much a deadline moved: "moved 365 days later"."""
    return f"moved {count(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def quiet(missed: int, later: int) -> str:
    """How long a series has been silent, in short: "gone quiet: not in the last 2 of 3 later documents"."""
    return f"gone quiet: not in the last {missed:,} of {count(later, 'later document')}"


def shorten(text: str, limit: int) -> str:
    """`text` on one line, cut after a word to at most `limit` characters and an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit + 1].rsplit(" ", 1)[0][:limit].rstrip(",;:– ") + "…"


def capitalised(text: str) -> str:
    """`text` with a capital at its beginning and the rest as it is: names keep theirs."""
    return text[:1].upper() + text[1:]
