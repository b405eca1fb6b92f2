"""Sentences in the manner of policy documents, put together from parts: the same seed gives the same words."""

import random
from dataclasses import dataclass, field

# The parts hold many "fi", "fl" and "ff" (ligatures), hyphens that belong to the word, long words to cut at a line's
# end, figures and abbreviations: each has torn a sentence apart in some reader.
_WHO = (
    "The programme board",
    "Each regional office",
    "The finance committee",
    "Every ward manager",
    "The chief nursing officer",
    "Our workforce directorate",
    "The transformation team",
    "Local authorities in the north",
    "The inspection service",
    "All hospital trusts",
    "The digital strategy group",
    "A new advisory panel",
    "The clinical network",
    "Community health partnerships",
    "The safeguarding lead",
    "Our estates department",
    "The Office for Fair Staffing",
)
_DOES = (
    "will publish",
    "must review",
    "has agreed to fund",
    "should set out",
    "will bring forward",
    "intends to simplify",
    "has begun to collect",
    "will double",
    "must report on",
    "plans to replace",
    "will consult staff on",
    "is expected to confirm",
    "shall monitor",
    "may extend",
    "has now finished",
)
_TO = ("publish", "review", "fund", "simplify", "collect", "replace", "monitor", "extend", "confirm", "double", "scrap")
_WHAT = (
    "the first affordable training places",
    "a long-term plan for efficient staffing",
    "the follow-up clinics for carers",
    "its register of significant incidents",
    "the waiting-list figures for children",
    "an independent evaluation of infrastructure",
    "the confidential reporting line",
    "a well-being offer for night staff",
    "the workflow for urgent referrals",
    "its responsibilities towards volunteers",
    "the classification of maintenance requests",
    "a simplified application process",
    "the administration of travel refunds",
    "the recommendations on communication",
    "differences in care between districts",
    "the flood defences around its buildings",
    "a shared approach to apprenticeships",
)
_WHERE = (
    "in every district hospital",
    "across the eastern region",
    "for patients who live alone",
    "in at least 14 pilot sites",
    "with the help of 250 officers",
    "in schools, clinics and libraries",
    "for all employees under 25",
    "within the existing budget of £3.4 million",
    "in co-operation with the universities",
    "in rural and coastal communities",
    "for seven of the ten services",
    "on the basis of fresh evidence",
)
_WHEN = (
    "by the end of March 2027",
    "before the next annual review",
    "no later than 30 September 2026",
    "within six months of this report",
    "from the first quarter of 2028",
    "during the coming financial year",
    "as soon as the funding is confirmed",
    "by 4.30pm on the final Friday of each month",
    "after the second round of interviews",
    "until the new offices have opened",
    "between April 2026 and June 2029",
)
_AND = (
    "so that staff can see what has changed",
    "and will make the findings public",
    "although some risks remain (e.g. a shortage of drivers)",
    "because the earlier figures were insufficient",
    "which covers roughly 38 per cent of the cost",
    "while keeping the present level of service",
    "and will say why where this is not possible",
    "if the committee finds that it is affordable",
    "as Dr. Ashby and Prof. Lindqvist have advised",
    "so far as the law of the land allows",
)
_NAMED = (
    "Better homes for staff",
    "Fair funding",
    "What we will do next",
    "Safe and efficient wards",
    "The first five years",
    "Skills and apprenticeships",
    "Official figures",
    "Learning from complaints",
    "Care outside hospital",
    "Data and openness",
    "Money and oversight",
    "Travel and buildings",
    "People who look after others",
    "Digital offices",
    "Research in practice",
    "Shared responsibilities",
    "A plan for the coast",
    "Night services",
    "Clean air",
    "Working with schools",
    "Prevention before cure",
    "Who decides",
    "Reducing delays",
    "Public buildings",
)


@dataclass(slots=True)
class Prose:
    """A source of sentences, list items, names and dates that repeat none of their sentences."""

    seed: int = 1
    _random: random.Random = field(init=False)
    _used: set[str] = field(init=False, default_factory=set)
    _named: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def sentence(self) -> str:
        """One sentence of 12 to 40 words, not given before."""
        while True:
            pick = self._random.choice
            parts = [pick(_WHO), pick(_DOES), pick(_WHAT)]
            if self._random.random() < 0.7:
                parts.append(pick(_WHERE))
            parts.append(pick(_WHEN))
            text = " ".join(parts)
            if self._random.random() < 0.5:
                text += f", {pick(_AND)}"
            if text not in self._used:
                self._used.add(text)
                return f"{text}."

    def paragraph(self, sentences: int = 3) -> str:
        """So many sentences in a row."""
        return " ".join(self.sentence() for _ in range(sentences))

    def item(self) -> str:
        """What stands behind a bullet: no sentence, no full stop."""
        while True:
            pick = self._random.choice
            text = f"{pick(_TO)} {pick(_WHAT)} {pick(_WHERE)}"
            if self._random.random() < 0.5:
                text += f" {pick(_WHEN)}"
            if text not in self._used:
                self._used.add(text)
                return text

    def heading(self) -> str:
        """A short name, another one each time until they begin again with a number."""
        again, at = divmod(self._named, len(_NAMED))
        self._named += 1
        return _NAMED[at] + (f" in stage {again + 1}" if again else "")

    def who(self) -> str:
        """Somebody who may own an action."""
        return self._random.choice(_WHO)

    def when(self) -> str:
        """A date or a term."""
        return self._random.choice(_WHEN)
