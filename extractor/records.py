"""The records that the stages hand on: frozen, plain data, each checking itself when it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, get_args

Kind = Literal["letter", "plan", "minutes", "press_release", "news", "response", "report", "other"]
Precision = Literal["day", "month", "year"]
BlockKind = Literal["heading", "paragraph", "item", "row", "footnote"]
PassageKind = Literal["heading", "sentence", "item", "row"]
Label = Literal["commitment", "progress"]
Strength = Literal["firm", "directive", "aim", "proposal"]
ProgressKind = Literal["delivered", "underway", "delayed", "measure"]
Direction = Literal["increase", "decrease"]
Relation = Literal["restates", "revises", "progresses", "unrelated"]
Voice = Literal["own", "quoted", "reported", "unnamed"]
MentionKind = Literal["demand", "recommendation", "former", "refusal"]

KINDS: tuple[Kind, ...] = get_args(Kind)
STRENGTHS: tuple[Strength, ...] = get_args(Strength)
PROGRESS_KINDS: tuple[ProgressKind, ...] = get_args(ProgressKind)
RELATIONS: tuple[Relation, ...] = get_args(Relation)
# What a passage is that is no statement; four of them are mentions of promises that the document does not make.
Otherwise = Literal[
    "heading",
    "lead_in",
    "record",
    "demand",
    "recommendation",
    "former",
    "refusal",
    "forecast",
    "description",
    "background",
    "opinion",
    "advice",
]
OTHERWISE: tuple[Otherwise, ...] = get_args(Otherwise)
VOICES: tuple[Voice, ...] = get_args(Voice)
MENTION_KINDS: tuple[MentionKind, ...] = get_args(MentionKind)


def _check_span(start: int, end: int, length: int | None = None) -> None:
    if not 0 <= start < end or (length is not None and end > length):
        raise ValueError(f"span {start}:{end} is empty or lies outside its text (length {length})")


def _check_words(what: str, words: str, start: int, end: int) -> None:
    _check_span(start, end)
    if end - start != len(words):
        raise ValueError(f"the {what} {words[:40]!r} does not fill its span {start}:{end}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: its column's header and its span in the canonical text (empty cells have none)."""

    header: str
    start: int
    end: int

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of canonical text that the layout keeps together.

    `level` is 1–6 for headings (1 the highest), the depth from 1 for list items, 0 for everything else. An item's span
    leaves its bullet or number out. A row's `cells` lie inside its span.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    page: int | None = None
    cells: tuple[Cell, ...] = ()

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)
        if any(not self.start <= cell.start < cell.end <= self.end for cell in self.cells):
            raise ValueError("a cell lies outside its row")


class TextLine(NamedTuple):
    """Where a stretch of canonical text stands on a page: the box of its line, in points from the page's upper left."""

    start: int
    end: int
    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Document:
    """One document: a single canonical text into which every later offset points, its blocks and its metadata.

    `sources` says where each piece of metadata came from: "option", "sidecar", "file" (embedded metadata), "text"
    (detected) or "name" (the file's name); a date's may go on ", sharpened by the text". `published` is the first day
    that `precision` leaves open. `lines` say where the text stands on the pages, in its order, `frames` how each page
    is read: width, height and degrees turned; `recognised` gives the confidence (0–1) of pages read from a picture.
    """

    id: str
    name: str
    format: str
    sha256: str
    text: str
    blocks: tuple[Block, ...]
    kind: Kind
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    precision: Precision | None = None
    url: str | None = None
    series: str | None = None
    licence: str | None = None
    pages: int | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    lines: tuple[TextLine, ...] = ()
    recognised: Mapping[int, float] = field(default_factory=dict)
    frames: tuple[tuple[float, float, int], ...] = ()

    def __post_init__(self) -> None:
        end = 0
        for block in self.blocks:
            if block.start < end or block.end > len(self.text):
                raise ValueError(f"blocks overlap, are out of order or lie outside the text at {block.start}")
            end = block.end
        if (self.published is None) != (self.precision is None):
            raise ValueError("a publication date and its precision come together")


@dataclass(frozen=True, slots=True)
class Passage:
    """A unit that may state something: a sentence, a list item or a table row, with what is needed to understand it.

    `start`/`end` point into the document's text and `text` is that stretch. `heading` is the path of headings above,
    outermost first; `lead_in` the sentence that opens its list (of a nested item several, joined), `lead_in_spans`
    where in the document it stands, outermost first; `previous` the passage before it in the same section; `speaker`
    whose words it records ("Dr Smith", as written), where the document says so. The `cells` of a row lie inside it,
    those of an action with labelled lines ("Due: May") where these lines stand.
    """

    text: str
    start: int
    end: int
    kind: PassageKind
    heading: tuple[str, ...] = ()
    lead_in: str | None = None
    previous: str | None = None
    page: int | None = None
    cells: tuple[Cell, ...] = ()
    lead_in_spans: tuple[tuple[int, int], ...] = ()
    speaker: str | None = None

    def __post_init__(self) -> None:
        _check_words("passage", self.text, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who must act. `name` is canonical, `id` the register's slug (or one made from the name, `known` false).

    `explicit`: the statement itself names it. `rule` is the name of the rule that found it, `reason` says the same in
    words; `score` ranks candidates (0–1). `start`:`end` is the stretch of the document that names it, in the statement
    or above it, None where nothing does (the publisher's own promise). `confidence` is how often what the rule gives
    with such a score was right where it was checked (0–1), None until weighed.
    """

    id: str
    name: str
    known: bool
    explicit: bool
    score: float
    reason: str
    rule: str
    start: int | None = None
    end: int | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The days that a date phrase allows: `first` to `last`, inclusive, None where open, with the rule that gave them.

    `anchor` is the publication day the rule counted from (None for an absolute date). The span `start`:`end` holds
    `text`; its frame is the text searched by a finder, the document once part of a Statement. `confidence` as in Owner.
    """

    text: str
    first: date | None
    last: date | None
    rule: str
    anchor: date | None
    start: int
    end: int
    confidence: float | None = None

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)
        if self.first is None and self.last is None:
            raise ValueError(f"{self.text!r}: a deadline needs a first or a last day")
        if self.first and self.last and self.first > self.last:
            raise ValueError(f"{self.text!r}: {self.first} is after {self.last}")


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that measures the action or its outcome, with its span as in Deadline.

    `value` is a number, or "all" where every one is meant; `unit` the head noun phrase as written ("per cent", "£");
    `baseline` the value it starts from, `target` the one it is held against; `scope` what it applies to ("all NHS
    trusts"); `per` what it is counted by ("year", "trust"); `rule` the name of the rule that read it; `confidence` as
    in Owner.
    """

    text: str
    value: float | Literal["all"]
    unit: str
    start: int
    end: int
    baseline: float | None = None
    direction: Direction | None = None
    scope: str | None = None
    target: float | None = None
    per: str | None = None
    rule: str = "count"
    confidence: float | None = None

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A further date of the same statement, with the figure that goes with it where there is one."""

    deadline: Deadline
    metric: Metric | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence behind a decision: which rule or feature, its number, and words that a reader understands."""

    rule: str
    score: float
    detail: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A commitment or a progress report, with its place, its fields and the reasons for them.

    `strength` belongs to commitments, `kind` to progress. `deadline` is what a commitment (or a delay) is due by,
    `when` the date of what is reported. `owners` come best first. Where `sure` is false the finder abstains: a person
    should look before this is counted. `voice` says whose words these are, `speaker` who is quoted or retold (as
    written; None for the publisher and where nobody is named); `negated` marks a promise not to act and a report of
    what was not done. `sentence` is the span of the whole sentence where the statement is only a part of it.
    """

    id: str
    document_id: str
    label: Label
    quote: str
    start: int
    end: int
    page: int | None
    heading: tuple[str, ...]
    lead_in: str | None
    confidence: float
    strength: Strength | None = None
    kind: ProgressKind | None = None
    owners: tuple[Owner, ...] = ()
    deadline: Deadline | None = None
    when: Deadline | None = None
    milestones: tuple[Milestone, ...] = ()
    metrics: tuple[Metric, ...] = ()
    themes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    sure: bool = True
    voice: Voice = "own"
    speaker: str | None = None
    negated: bool = False
    sentence: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _check_words("quote", self.quote, self.start, self.end)
        if (self.label == "commitment") != (self.strength is not None) or (self.label == "progress") != (
            self.kind is not None
        ):
            raise ValueError("a commitment has a strength and progress a kind, never the other's")

    def check_against(self, text: str) -> "Statement":
        """Return the statement itself, or raise ValueError where `text[start:end]` is not its quote."""
        if text[self.start : self.end] != self.quote:
            raise ValueError(f"{self.id}: the quote does not stand at {self.start}:{self.end}")
        return self


@dataclass(frozen=True, slots=True)
class Mention:
    """A promise that a document speaks of without making it: demanded, recommended, told as history or turned down;
    `voice` and `speaker` as in Statement: the union that demands, the inquiry that recommends.
    """

    id: str
    document_id: str
    kind: MentionKind
    quote: str
    start: int
    end: int
    page: int | None
    heading: tuple[str, ...]
    lead_in: str | None
    confidence: float
    voice: Voice = "own"
    speaker: str | None = None
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        _check_words("quote", self.quote, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Claim:
    """What linking knows of a statement: the words and the fields that decide whether two speak of the same thing."""

    id: str
    document_id: str
    label: Label
    text: str
    published: date | None
    owner: str | None
    deadline_end: date | None
    figures: tuple[tuple[float, str], ...] = ()
    strength: Strength | None = None
    kind: ProgressKind | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Statement `earlier` is restated, revised or reported on by `later`; `changes` names the fields that moved."""

    earlier: str
    later: str
    relation: Relation
    score: float
    reasons: tuple[Reason, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's word that statements `a` and `b` (ids) speak of the same commitment, or do not."""

    a: str
    b: str
    same: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """One commitment through all its statements, in order of publication."""

    id: str
    title: str
    statements: tuple[str, ...]
    first_seen: date | None
    last_seen: date | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that could not be taken, with a short code for counting and a sentence for people."""

    name: str
    reason: str
    detail: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is made of one document; by ids of statements the `boxes` of their words and their `vectors` (float32)."""

    document: Document
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]
    mentions: tuple[Mention, ...] = ()
    boxes: Mapping[str, tuple[TextLine, ...]] = field(default_factory=dict)
    vectors: Mapping[str, bytes] = field(default_factory=dict)
