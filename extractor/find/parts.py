"""One sentence, several commitments: where "will publish X by March and consult on Y in May" comes apart.

By the words on the surface: behind "and" a parser trained on general English takes many a verb for a noun.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractor.lexicon.parts import load_part_words

Span = tuple[int, int]

FEWEST_WORDS = 3
# What is longer is no sentence but text whose full stops are lost; and each joint looks on to those behind it.
LONGEST_SENTENCE = 1_500
# A subject is shorter; what is longer holds a clause of its own.
LONGEST_SUBJECT = 9
_JOINT = re.compile(r"\s*(?P<stop>[,;]|\s[–—-])?\s+(?:(?:and|but|while|whilst|then)(?:,?\s+))|\s*(?P<only>;)\s+")
_ADVERB = r"(?:(?:also|then|later|\w+ly)\s+)?"
# What is left of a stretch without the white space and the joining signs around it.
_INNER = re.compile(r"[^\s,;–—-](?:.*[^\s,;–—-])?", re.DOTALL)
# "that the fees be frozen", "that trusts should report": what is resolved or agreed, clause by clause
_RESOLVED = re.compile(r"\bthat\b.*\b(?:be|will|would|should|shall|must)\b", re.IGNORECASE | re.DOTALL)
_RELATIVE = re.compile(r"\b(?:which|who|whose|that|where|when|how|whether|if)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marks:
    """Spans within a sentence: its dates, its figures and its finite verbs (modal verbs among them)."""

    dates: Sequence[Span]
    figures: Sequence[Span]
    finite: Sequence[Span]

    def alike(self, left: Span, right: Span) -> bool:
        """Whether both stretches hold a date, or both a figure."""
        return any(_holds(left, spans) and _holds(right, spans) for spans in (self.dates, self.figures))

    def either(self, left: Span, right: Span) -> bool:
        """Whether one of the stretches holds a date or a figure."""
        spans = (*self.dates, *self.figures)
        return _holds(left, spans) or _holds(right, spans)

    def behind_date(self, text: str, place: int) -> int:
        """Where the words go on behind a date that opens at `place` ("in May opens a desk" → "opens"); else `place`."""
        end = next((end for start, end in self.dates if start == place), place)
        return end + len(text[end:]) - len(text[end:].lstrip(" ,\n"))


def _holds(stretch: Span, spans: Sequence[Span]) -> bool:
    return any(stretch[0] <= start and end <= stretch[1] for start, end in spans)


def find_parts(text: str, marks: Marks) -> tuple[Span, ...]:
    """The spans of a sentence's commitments that can be checked apart; empty where the sentence is one.

    A part begins behind "and", "but", "while" or a semicolon, either with a verb that takes up the "will" or "to" of
    the part before, or with a subject and a verb of its own. Both sides must have a date of their own, or both a
    figure. Without that it is enough that the part repeats the very "will" or "to" and one side has a date or figure
    (behind a semicolon, none), that it is a further "that …" of what was agreed, or that a clause with its own "will"
    stands behind a comma. The spans returned are in order and leave the joining words out.
    """
    if len(text) > LONGEST_SENTENCE:
        return ()
    cuts: list[Span] = []
    begin, taken = 0, None
    for joint in _JOINT.finditer(text):
        left, right = (begin, joint.start()), (joint.end(), _reach(text, joint.end()))
        if any(start < joint.end() and joint.start() < end for start, end in (*marks.dates, *marks.figures)):
            continue
        if _comes_apart(text, left, right, joint, marks, taken):
            cuts.append(joint.span())
            begin, taken = joint.end(), _taken_up(text, left, right, marks, taken)
    if not cuts:
        return ()
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    return tuple(_trimmed(text, first, last) for first, last in zip(edges[::2], edges[1::2], strict=True))


def _coming(text: str, span: Span, taken: str | None) -> tuple[str | None, int]:
    """The word of a stretch that puts its verb in the future ("will", "to"), and where the verb stands.

    `taken` is the word of the stretch before where this one takes it up; None for a stretch with neither.
    """
    if taken is not None:
        return taken, span[0]
    ahead = _ahead().search(text, *span)
    return (ahead[0].split()[-1].lower(), ahead.end()) if ahead else (None, span[0])


def _taken_up(text: str, left: Span, right: Span, marks: Marks, taken: str | None) -> str | None:
    """The word of `left` that `right` takes up ("will publish … and consult …"), None where it has its own."""
    again = _takes_up().match(text, marks.behind_date(text, right[0]))
    return _coming(text, left, taken)[0] if again and again["again"] is None else None


def takes_up(text: str, start: int) -> bool:
    """Whether the part that begins at `start` takes up the verb of the one before ("and consult")."""
    return _takes_up().match(text, start) is not None


def _comes_apart(text: str, left: Span, right: Span, joint: re.Match[str], marks: Marks, taken: str | None) -> bool:
    stop = (joint["stop"] or joint["only"]) is not None
    if any(len(text[slice(*_trimmed(text, *span))].split()) < FEWEST_WORDS for span in (left, right)):
        return False
    if text[right[0] :].startswith("that ") and _RESOLVED.search(text, *left) and _RESOLVED.search(text, *right):
        return marks.either(left, right)
    ahead, coming = _coming(text, left, taken)
    # "By May we will recruit 500 and train 200": what stands before the verb goes with both
    verb = coming if ahead else _present_verb(text, left, marks)
    if verb is None:
        return False
    alike = marks.alike((verb, left[1]), right)
    opening = marks.behind_date(text, right[0])
    again = _takes_up().match(text, opening)
    if ahead and again:
        repeated = again["again"] is not None and again["again"].split()[-1].lower() == ahead
        return alike or (repeated and (joint["only"] is not None or marks.either((verb, left[1]), right)))
    relative = _RELATIVE.search(text, verb, left[1]) is not None
    if ahead is None and not relative and _third_person().match(text, opening):
        return alike
    subject, modal = _own_clause(text, right, marks, bare=joint["only"] is not None)
    if subject is None or (relative and not stop):
        return False
    if alike:
        return stop or modal
    dated = ahead is not None or _holds((verb, left[1]), marks.dates)
    return stop and modal and dated and not _refers_back(subject)


def _present_verb(text: str, span: Span, marks: Marks) -> int | None:
    """Where the verb of a stretch stands that has no word for the future ("The desk opens in May")."""
    finite = next((start for start, _ in marks.finite if span[0] <= start < span[1]), None)
    if finite is not None:
        return finite
    # a parser trained on general English takes many of these for nouns
    verb = _third_person().search(text, *span)
    return verb.start() if verb else None


def _reach(text: str, start: int) -> int:
    """Where the part that begins at `start` ends at the latest: before the next joint, else with the text."""
    following = _JOINT.search(text, start)
    while (
        following and (following["stop"] or following["only"]) is None and not _takes_up().match(text, following.end())
    ):
        following = _JOINT.search(text, following.end())
    return following.start() if following else len(text)


def _own_clause(text: str, span: Span, marks: Marks, *, bare: bool) -> tuple[str | None, bool]:
    """The subject of a part that has its own ("trusts" of "trusts will appoint"), and whether its verb is to come.

    With `bare`, a "to" alone does for the verb ("the rota to be ready in May").
    """
    modal = (_ahead() if bare else _finite()).search(text, *span)
    plain = next((start for start, _ in marks.finite if span[0] < start < span[1]), None)
    verb = min(place for place in (modal.start() if modal else None, plain, span[1]) if place is not None)
    subject = text[span[0] : verb].strip()
    if verb == span[1] or not subject or len(subject.split()) > LONGEST_SUBJECT or re.search(r"[,;:()]", subject):
        return None, False
    return (None, False) if _RELATIVE.search(subject) else (subject, modal is not None and modal.start() <= verb + 1)


def _refers_back(subject: str) -> bool:
    return subject.split()[0].lower() in load_part_words().taking_up


def _trimmed(text: str, first: int, last: int) -> Span:
    inner = _INNER.search(text, first, last)
    return inner.span() if inner else (first, first)


def _words(words: Iterator[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _ahead() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])(?:{_words(iter(load_part_words().ahead))})\b(?=\s)", re.IGNORECASE)


@cache
def _finite() -> re.Pattern[str]:
    """As `_ahead`, but for the bare "to", which is no verb."""
    return re.compile(rf"(?<![\w])(?:{_words(w for w in load_part_words().ahead if w != 'to')})\b(?=\s)", re.IGNORECASE)


@cache
def _takes_up() -> re.Pattern[str]:
    """A part that takes up the "will" or "to" of the one before: "(to) consult", "will consult"."""
    words = load_part_words()
    ahead, never = _words(iter(words.ahead)), _words(iter(words.no_verbs))
    return re.compile(
        rf"{_ADVERB}(?:(?P<again>{ahead})\s+{_ADVERB}(?!(?:{never})\b)[a-z]+|(?:{_words(iter(words.verbs))}))\b(?=\s)",
        re.IGNORECASE,
    )


@cache
def _third_person() -> re.Pattern[str]:
    """A verb as it stands behind one subject in the present: "opens", "publishes"."""
    return re.compile(rf"\b(?:{_words(_with_s(verb) for verb in load_part_words().verbs)})\b(?=\s)")


def _with_s(verb: str) -> str:
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
