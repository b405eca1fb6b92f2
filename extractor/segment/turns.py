"""Who speaks: "Dr Smith: …", "Q12 Chair: …", "RJ: …" at the head of a paragraph, and "The Minister said: “…”"."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from extractor.lexicon.sentences import load_sentence_words

_NAME = r"[A-Z][\w’'-]*\.?(?:\s+(?:of|the|and|for|de|van|von|[A-Z][\w’'-]*\.?)){0,7}"
_LABEL = re.compile(rf"(?P<question>Q\d{{1,4}}[.:]?\s+)?(?P<name>{_NAME})(?:\s\([^()]{{1,60}}\))?:\s+(?=\S)")
_SPELT_OUT = re.compile(r"\(([A-Z]{2,4})\)")
_PERSON = re.compile(r"[A-Z][a-z’'-]+(?:\s+[A-Z]\.?)?(?:\s+[A-Z][A-Za-z’'-]+){1,2}")
_SENTENCE = re.compile(r"[.?!…][”’\"')]*$")
_SAID = re.compile(
    r"(?P<name>(?:[Tt]he\s+|[Aa]n?\s+)?[A-Z“][^.:;“”\"]{1,100}?)\s+"
    r"(?:said|says|added|replied|asked|answered|wrote|commented|continued|explained|told\s[^.:;“”\"]{1,60}):\s*[“\"‘]"
)
# A name told apart from a topic only by its look must come again, and not alone.
RECURS = 2
LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Voices:
    """The labels of a document that name a speaker though they bear no title: initials and bare names."""

    known: frozenset[str]

    def turn(self, paragraph: str) -> str | None:
        """Who begins to speak with this paragraph, None where it names nobody."""
        label = _LABEL.match(paragraph[: LONGEST_LABEL + 40])
        # "Chair: Ann Bell" among those present says nothing
        if label is None or not _SENTENCE.search(paragraph[-10:].rstrip()):
            return None
        name = label["name"].rstrip()
        return name if label["question"] or _titled().match(name) or name in self.known else None


@cache
def _titled() -> re.Pattern[str]:
    """What a name begins with that bears a title or is an office."""
    titles = "|".join(re.escape(title).replace("\\ ", r"\s+") for title in sorted(load_sentence_words().speakers))
    return re.compile(rf"(?:the\s+)?(?:{titles})\b", re.IGNORECASE)


def voices(text: str, paragraphs: Iterable[str], *, minutes: bool) -> Voices:
    """Which bare labels of a document are speakers, given its paragraphs.

    Initials count in minutes that spell them out ("Raj Jones (RJ)"); names where at least two of them speak in whole
    sentences, each more than once.
    """
    found: Counter[str] = Counter()
    for paragraph in paragraphs:
        label = _LABEL.match(paragraph[: LONGEST_LABEL + 40])
        if label and _SENTENCE.search(paragraph[-10:].rstrip()):
            found[label["name"].rstrip()] += 1
    spelt_out = set(_SPELT_OUT.findall(text)) if minutes else set()
    initials = {name for name in found if name in spelt_out}
    people = {name for name, times in found.items() if times >= RECURS and _PERSON.fullmatch(name)}
    return Voices(frozenset(initials | (people if len(people) > 1 else set())))


@dataclass(slots=True)
class Speaking:
    """Who has the word, on a walk through a document: whoever's turn it is, and whoever is being quoted."""

    voices: Voices
    turn: str | None = None
    quoting: str | None = None

    def paragraph(self, words: str) -> None:
        """A paragraph begins."""
        self.turn = self.voices.turn(words) or self.turn

    def heading(self) -> None:
        """A heading ends turns and quotations."""
        self.turn = self.quoting = None

    def says(self, sentence: str) -> str | None:
        """Who says this sentence: whoever it quotes, or (while the quotation stays open) whoever was quoted before."""
        if named := quoted(sentence):
            self.quoting = named if is_open(sentence) else None
            return named
        if self.quoting is None:
            return self.turn
        speaker = self.quoting
        if closes(sentence):
            self.quoting = None
        return speaker


def quoted(sentence: str) -> str | None:
    """Who is quoted by such a sentence as "The Minister, Ann Bell, said: “We will.”", None where nobody is."""
    said = _SAID.match(sentence)
    return said["name"].split(",")[0].strip() if said else None


def is_open(sentence: str) -> bool:
    """Whether a quotation that the sentence opened or went on with is still open at its end."""
    return sentence.rfind("“") > sentence.rfind("”") or sentence.count('"') % 2 == 1


def closes(sentence: str) -> bool:
    """Whether a quotation ends with this sentence."""
    return sentence.rfind("”") > sentence.rfind("“") or sentence.count('"') % 2 == 1
