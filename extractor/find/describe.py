"""The fields of every statement, and whose words it and every mention are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from extractor.find.confidence import Field, Rates, load_rates, weigh
from extractor.find.deadline import find_date_reasons, find_deadlines, find_due, find_when
from extractor.find.metric import find_metrics
from extractor.find.milestone import find_milestones
from extractor.find.owner import DocumentContext, find_owners, make_context
from extractor.find.parts import Marks, Span, find_parts, takes_up
from extractor.find.rows import RowCell
from extractor.find.statement import Decision, Noted
from extractor.find.theme import ThemeFinding, find_themes
from extractor.find.voice import Attribution, find_denial, find_voice
from extractor.ids import mention_id, normalise, statement_id
from extractor.lexicon.columns import load_columns
from extractor.lexicon.cues import find_cues
from extractor.records import (
    STRENGTHS,
    Cell,
    Deadline,
    Document,
    Mention,
    Metric,
    Owner,
    Passage,
    Reason,
    Statement,
    Strength,
)
from extractor.settings import Settings

if TYPE_CHECKING:
    # spaCy draws in torch, which `extractor dates` must not wait for.
    from spacy.tokens import Doc

FINITE = frozenset({"VBZ", "VBP", "MD"})
MAX_THEME_CUES = 3
SPOKEN = {
    "quoted": "quoted",
    "reported": "another's words retold",
    "unnamed": "said by somebody unnamed",
}


def describe(
    document: Document,
    passages: Sequence[Passage],
    decisions: Sequence[Decision],
    docs: "Iterable[Doc]",
    *,
    settings: Settings,
    rates: Mapping[Field, Rates] | None = None,
) -> tuple[Statement, ...]:
    """Fill in the fields of every decision; `docs` are the parsed passages of the decisions, in their order.

    A sentence that holds several commitments gives a statement for each. `rates` say how often each way of finding a
    field is right (None: the shipped ones).
    """
    rates = load_rates() if rates is None else rates
    context = make_context(document, passages, lexicon_files=settings.lexicon_files)
    occurrences = _occurrences(passages)
    used: set[str] = set()
    statements = []
    for decision, doc in zip(decisions, docs, strict=True):
        passage = passages[decision.index]
        whole = _describe(document, passage, decision, doc, context, settings=settings)
        for statement in _apart(document, passage, whole, doc, context, settings=settings):
            number = occurrences[decision.index]
            # a part of a sentence may have the words of another passage
            while (identity := statement_id(document.id, statement.quote, number)) in used:
                number += 1
            used.add(identity)
            statements.append(replace(weigh(statement, rates), id=identity).check_against(document.text))
    return tuple(statements)


def describe_mentions(
    document: Document, passages: Sequence[Passage], noted: Sequence[Noted], docs: "Iterable[Doc]"
) -> tuple[Mention, ...]:
    """Every promise that the document only mentions, with who demands, recommends, recalls or refuses it."""
    occurrences = _occurrences(passages)
    return tuple(
        _mention(document, passages[one.index], one, doc, occurrences[one.index])
        for one, doc in zip(noted, docs, strict=True)
    )


def _mention(document: Document, passage: Passage, noted: Noted, doc: "Doc", occurrence: int) -> Mention:
    attribution = find_voice(passage, doc, kind=document.kind)
    return Mention(
        id=mention_id(document.id, passage.text, occurrence),
        document_id=document.id,
        kind=noted.kind,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        heading=passage.heading,
        lead_in=passage.lead_in,
        confidence=noted.confidence,
        voice=attribution.voice,
        speaker=attribution.speaker,
        reasons=noted.reasons,
    )


def _occurrences(passages: Sequence[Passage]) -> list[int]:
    """For each passage how many before it have the same words: "Complete." four times in one table stays four.

    All passages count, statements or not, so that a change of what is found renames nothing.
    """
    seen: Counter[str] = Counter()
    numbers = []
    for passage in passages:
        key = normalise(passage.text)
        numbers.append(seen[key])
        seen[key] += 1
    return numbers


def _describe(
    document: Document,
    passage: Passage,
    decision: Decision,
    doc: "Doc",
    context: DocumentContext,
    *,
    settings: Settings,
) -> Statement:
    """The whole passage as one statement; its id is given later."""
    promised = decision.label == "commitment" or decision.kind == "delayed"
    delayed = decision.kind == "delayed"
    dates, reasons = _deadlines(document, passage, delayed=delayed) if promised else ((), ())
    when = None
    if decision.label == "progress" and not (delayed and dates):
        found = find_when(passage.text, published=document.published, precision=document.precision)
        when = _shifted(found, passage.start) if found else None
        if found is None and not delayed:
            reasons = _doubts(passage.text, document, ahead=False)
    date_spans = [(d.start - passage.start, d.end - passage.start) for d in (*dates, *((when,) if when else ()))]
    metrics = find_metrics(
        passage.text,
        dates=[span for span in date_spans if 0 <= span[0] < len(passage.text)],
        cells=[RowCell(c.header, c.start - passage.start, c.end - passage.start) for c in passage.cells],
    )
    figures = tuple(_shifted_metric(metric, passage.start) for metric in metrics)
    attribution = find_voice(passage, doc, kind=document.kind)
    denial = find_denial(doc, label=decision.label, kind=decision.kind, text=passage.text)
    themes = _themes(passage.text, document, passage, settings)
    return Statement(
        id="",
        document_id=document.id,
        label=decision.label,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        page=passage.page,
        heading=passage.heading,
        lead_in=passage.lead_in,
        confidence=decision.confidence,
        strength=decision.strength,
        kind=decision.kind,
        owners=find_owners(passage, doc, label=decision.label, strength=decision.strength, context=context),
        deadline=dates[0] if dates else None,
        when=when,
        milestones=find_milestones(document.text, dates, figures),
        metrics=figures,
        themes=tuple(theme.name for theme in themes),
        reasons=(
            *decision.reasons,
            *reasons,
            *_spoken(passage, attribution, denial),
            *map(_theme_reason, themes),
            *_recognised(document, passage),
        ),
        sure=decision.sure,
        voice=attribution.voice,
        speaker=attribution.speaker,
        negated=denial is not None,
    )


def _themes(text: str, document: Document, passage: Passage, settings: Settings) -> tuple[ThemeFinding, ...]:
    return find_themes(
        text,
        heading=passage.heading,
        lead_in=passage.lead_in,
        title=document.title,
        lexicon_files=settings.lexicon_files,
    )


def _theme_reason(theme: ThemeFinding) -> Reason:
    shown = "; ".join(f"“{cue.words}” in the {cue.place}" for cue in theme.cues[:MAX_THEME_CUES])
    return Reason("theme", theme.weight, f"{theme.name}: {shown}")


def _spoken(passage: Passage, attribution: Attribution, denial: tuple[int, int] | None) -> Iterator[Reason]:
    """What shows whose words these are, and that they deny."""
    if attribution.start is not None:
        shown = " ".join(passage.text[attribution.start : attribution.end].split())
        yield Reason("voice", 1.0, f"“{shown[:80]}” shows that it is {SPOKEN[attribution.voice]}")
    if denial:
        yield Reason("negation", 1.0, f"“{passage.text[slice(*denial)]}” denies it")


def _apart(
    document: Document,
    passage: Passage,
    whole: Statement,
    doc: "Doc",
    context: DocumentContext,
    *,
    settings: Settings,
) -> Iterator[Statement]:
    """The statement itself, or one for each of the commitments that its sentence joins."""
    if whole.label != "commitment" or passage.kind == "row":
        yield whole
        return
    dates = [date for date in (whole.deadline, *(m.deadline for m in whole.milestones)) if date]
    within = [date for date in dates if whole.start <= date.start < whole.end]
    marks = Marks(
        dates=[(date.start - whole.start, date.end - whole.start) for date in within],
        figures=[(metric.start - whole.start, metric.end - whole.start) for metric in whole.metrics],
        finite=[(token.idx, token.idx + len(token)) for token in doc if token.tag_ in FINITE],
    )
    spans = find_parts(passage.text, marks)
    if not spans:
        yield whole
        return
    outside = [date for date in dates if date not in within]
    for number, (start, end) in enumerate(spans):
        text = passage.text[start:end]
        own = _dates_of(number, passage.text, spans, within, marks, whole.start) or outside
        figures = tuple(m for m in whole.metrics if start <= m.start - whole.start < end)
        yield replace(
            whole,
            quote=text,
            start=whole.start + start,
            end=whole.start + end,
            strength=_strength_of(text, whole.strength) if start else whole.strength,
            owners=_owners_of(passage, doc, (start, end), whole, context) if start else whole.owners,
            deadline=own[0] if own else None,
            milestones=find_milestones(document.text, own, figures),
            metrics=figures,
            themes=tuple(theme.name for theme in _themes(text, document, passage, settings)) or whole.themes,
            negated=_denies(doc, (start, end)),
            sentence=(whole.start, whole.end),
        )


def _dates_of(
    number: int, text: str, spans: Sequence[Span], dates: Sequence[Deadline], marks: Marks, offset: int
) -> list[Deadline]:
    """The dates of a part: its own, else those that stand before the first verb ("By May we will recruit 500 and train
    200") or behind a later part ("recruit 500 and train 200 by May"), as far as the parts share one subject.
    """

    def held(span: Span) -> list[Deadline]:
        return [date for date in dates if span[0] <= date.start - offset < span[1]]

    if own := held(spans[number]):
        return own
    if all(takes_up(text, start) for start, _ in spans[1 : number + 1]):
        verb = next((start for start, _ in marks.finite), 0)
        if fronted := [date for date in dates if date.end - offset <= verb]:
            return fronted
    for later in spans[number + 1 :]:
        if not takes_up(text, later[0]):
            return []
        if theirs := held(later):
            return theirs
    return []


def _strength_of(part: str, whole: Strength | None) -> Strength | None:
    """A part that has cues of one strength alone has that strength; the others have that of the sentence."""
    cues = {hit.means for hit in find_cues(part)} & set(STRENGTHS)
    return next((strength for strength in STRENGTHS if cues == {strength}), whole)


def _owners_of(
    passage: Passage, doc: "Doc", span: tuple[int, int], whole: Statement, context: DocumentContext
) -> tuple[Owner, ...]:
    """Whom a part names itself; where it names nobody, the owners of the sentence."""
    start, end = span
    tokens = doc.char_span(start, end, alignment_mode="expand")
    if tokens is None:
        return whole.owners
    text = passage.text[tokens.start_char : tokens.end_char]
    first = passage.start + tokens.start_char
    part = replace(passage, text=text, start=first, end=first + len(text), cells=())
    found = find_owners(part, tokens.as_doc(), label=whole.label, strength=whole.strength, context=context)
    return found if found and found[0].explicit else whole.owners


def _denies(doc: "Doc", span: tuple[int, int]) -> bool:
    tokens = doc.char_span(*span, alignment_mode="expand")
    return tokens is not None and find_denial(tokens.as_doc(), label="commitment", kind=None) is not None


def _recognised(document: Document, passage: Passage) -> Iterator[Reason]:
    """A warning for words that text recognition read from a picture: a letter or a figure may be another."""
    confidence = document.recognised.get(passage.page) if passage.page is not None else None
    if confidence is not None:
        yield Reason("recognised", confidence, f"page {passage.page} was read from its picture: check the words there")


def _deadlines(
    document: Document, passage: Passage, *, delayed: bool
) -> tuple[tuple[Deadline, ...], tuple[Reason, ...]]:
    """The passage's deadlines: from its "Due" cell, from its own words, or (a list item) from the nearest lead-in's;
    where there are none, why its dates are none. A day that is over in the "Due" cell of what is `delayed` was missed.
    """
    due = [cell for cell in passage.cells if load_columns().is_due(cell.header)]
    spans = [(passage.start, passage.end), *reversed(passage.lead_in_spans)]
    if delayed and due:
        # "31 July | Not met, now October": the new day stands in another cell
        spans = [(cell.start, cell.end) for cell in passage.cells if cell not in due]
    elif found := _due(document, due):
        return found
    for start, end in spans:
        # Found in the document's own words: the lead-in of a passage has lost its line breaks.
        dates = find_deadlines(document.text[start:end], published=document.published, precision=document.precision)
        if dates:
            opening = Reason("deadline", 1.0, "the sentence that opens the list gives the date")
            inherited = (start, end) in passage.lead_in_spans
            return tuple(_shifted(d, start) for d in dates), (opening,) if inherited else ()
    if delayed and (found := _due(document, due)) and not _is_over(found[0][0], document):
        return found
    return (), _doubts(passage.text, document, ahead=True)


def _due(document: Document, cells: Sequence[Cell]) -> tuple[tuple[Deadline, ...], tuple[Reason, ...]] | None:
    """The dates of the first of the "Due" cells that has any."""
    for cell in cells:
        text = document.text[cell.start : cell.end]
        if dates := find_due(text, published=document.published, precision=document.precision):
            reason = Reason("deadline", 1.0, f"the column “{cell.header}” gives the date")
            return tuple(_shifted(d, cell.start) for d in dates), (reason,)
    return None


def _is_over(date: Deadline, document: Document) -> bool:
    return document.published is None or (date.last is not None and date.last < document.published)


def _doubts(text: str, document: Document, *, ahead: bool) -> tuple[Reason, ...]:
    return find_date_reasons(text, published=document.published, precision=document.precision, ahead=ahead)


def _shifted(deadline: Deadline, offset: int) -> Deadline:
    return replace(deadline, start=deadline.start + offset, end=deadline.end + offset)


def _shifted_metric(metric: Metric, offset: int) -> Metric:
    return replace(metric, start=metric.start + offset, end=metric.end + offset)
