"""The register of who can own a promise: bodies, classes of bodies and offices, with their dates and successors.

The facts lie in TOML beside this module, one `[organisation.SLUG]` table each. `Register.mentions` finds their names in
running text; `Register.at` says which body had the functions on a given day.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.lexicon import read_tables

FOLDER = Path(__file__).parent
SHIPPED = (
    "organisations.toml", "former.toml", "trusts.toml", "icbs.toml", "devolved.toml", "classes.toml", "roles.toml",
    "plans.toml",
)  # fmt: skip
KINDS = frozenset(
    {
        "arm's-length body", "charity", "class", "company", "department", "devolved body", "devolved government",
        "employer body", "forum", "government", "icb", "inquiry", "international", "local government", "news outlet",
        "office", "parliament", "party", "pay review body", "plan", "police", "professional body", "programme",
        "public body",
        "regulator", "role", "royal college", "think tank", "trust", "union",
    }
)  # fmt: skip
KEYS: Mapping[str, type] = {
    "name": str, "kind": str, "aliases": list, "valid_from": date, "valid_to": date, "successors": list,
    "ods_code": str, "acts_for": str, "ambiguous": bool,
}  # fmt: skip

TOKEN = re.compile(r"\w+|[&/,'’]")
GAP = re.compile(r"[ \t\u00a0\u2010\u2011–-]{0,3}\(?|[ \t]*\n[ \t]*")
# A base with one of these words names an institution: "London Ambulance Service" needs no "NHS Trust" behind it.
INSTITUTION = re.compile(
    r"\b(Hospitals?|Healthcare|Ambulance Service|Partnership|Children's|Women's|Cancer Centre|Infirmary"
    r"|Community Health|Mental Health|Teaching)\b"
)
HANDOVER_DAYS = 31
# What a body does, and a plural noun or an imperative does not: tells "Monitor will …" from "Monitor progress".
AFTER_A_NAME = frozenset(
    [
        "will",
        "would",
        "must",
        "should",
        "has",
        "had",
        "have",
        "is",
        "was",
        "are",
        "may",
        "can",
        "could",
        "shall",
        "and",
        "said",
        "says",
        "'",
        "’",
        ",",
    ]
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body, a class of bodies or an office. `valid_from`/`valid_to`: its first and last day (None: not known, open).

    `successors` are the slugs of those who took its functions over, the main heir first. An office or a plan (kinds
    "role" and "plan") `acts_for` a body. `ambiguous`: the name is an English word as well.
    """

    slug: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    ods_code: str | None = None
    acts_for: str | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text: `text` stands at `start`:`end` and means `organisation`."""

    start: int
    end: int
    text: str
    organisation: Organisation


@dataclass(slots=True)
class _Node:
    """A step in the index of names: the next words, and the names that may end here."""

    next: dict[str, "_Node"] = field(default_factory=dict)
    ends: list[tuple[tuple[str, ...], Organisation]] = field(default_factory=list)


def slug_of(name: str) -> str:
    """The slug of a name: lower-case ASCII words joined by hyphens, "&" read as "and"."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ").replace("'", "").replace("’", ""))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token.replace("’", "'") for token in TOKEN.findall(text))


def _is_acronym(token: str) -> bool:
    return sum(letter.isupper() for letter in token) > 1


def _key(alias: str) -> tuple[str, ...]:
    """What two aliases must not share: their words, acronyms as written, others but for the case of later letters."""
    return tuple(token if _is_acronym(token) else token[0] + token[1:].lower() for token in _tokens(alias))


def _fits(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether the words of a text spell a name: acronyms exactly, capitalised words with a capital, others anyhow."""
    return all(
        w == f if _is_acronym(w) else f[0].isupper() or not w[0].isupper() for w, f in zip(wanted, found, strict=True)
    )


def derived_aliases(organisation: Organisation) -> Iterator[str]:
    """Names that follow from those given: "X NHS FT", "X ICB", "PCT" for "PCTs", "and" for "&", no leading "The"."""
    for name in (organisation.name, *organisation.aliases):
        forms = {name, name.removeprefix("The ")}
        for form in tuple(forms):
            if organisation.kind == "trust":
                base, found, _ = form.partition(" NHS Foundation Trust")
                if found:
                    forms |= {f"{base} NHS FT", f"{base} FT", f"{base} Foundation Trust", f"{base} NHSFT"}
                base = base.removesuffix(" NHS Trust")
                if base != form and INSTITUTION.search(base):
                    forms.add(base)
            if organisation.kind == "icb" and form.endswith(" Integrated Care Board"):
                base = form.removeprefix("NHS ").removesuffix(" Integrated Care Board")
                ends = ("ICB", "Integrated Care Board", "ICS", "Integrated Care System")
                forms |= {f"{base} {end}" for end in ends} | {f"NHS {base} ICB"}
        if organisation.kind == "class" and re.fullmatch(r"[A-Z]{2,}s", name):
            forms.add(name[:-1])
        forms |= {form.replace(" & ", " and ") for form in forms} | {form.replace(" and ", " & ") for form in forms}
        yield from sorted(forms - {name})


class Register:
    """Organisations by slug, and an index of all their names."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        """Index what `load_register` has checked. A derived name counts where nobody else has it or derives it."""
        self.organisations: Mapping[str, Organisation] = {o.slug: o for o in organisations}
        self._owners: dict[tuple[str, ...], Organisation] = {}
        names = {_key(n): (n, o) for o in self.organisations.values() for n in (o.name, *o.aliases)}
        derived: dict[tuple[str, ...], list[tuple[str, Organisation]]] = {}
        for organisation in self.organisations.values():
            for name in derived_aliases(organisation):
                derived.setdefault(_key(name), []).append((name, organisation))
        for key, claims in derived.items():
            if key not in names and len({o.slug for _, o in claims}) == 1:
                names[key] = claims[0]
        self._root = _Node()
        for key, (name, organisation) in names.items():
            self._owners[key] = organisation
            node = self._root
            for token in _tokens(name):
                node = node.next.setdefault(token.lower(), _Node())
            node.ends.append((_tokens(name), organisation))
        self._merged: dict[str, list[Organisation]] = {}
        for organisation in self.organisations.values():
            for slug in organisation.successors:
                self._merged.setdefault(slug, []).append(organisation)

    def named(self, name: str) -> Organisation | None:
        """The organisation that a whole string names, in any form (a leading "the" aside), or None."""
        found = self.mentions(name)
        bare = re.sub(r"^(?:the|The)\s+", "", name.strip())
        return next((m.organisation for m in found if m.text in (name.strip(), bare)), None)

    def body(self, organisation: Organisation) -> Organisation:
        """The body behind an office or a plan (its `acts_for`), anything else as it is."""
        return self.organisations[organisation.acts_for] if organisation.acts_for else organisation

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every name in a text, left to right, the longest at each place, none overlapping.

        Acronyms must match in case, class nouns in none; a possessive may follow. O(words of the text).
        """
        words = list(TOKEN.finditer(text))
        plain = [word[0].replace("’", "'") for word in words]
        found: list[Mention] = []
        at = 0
        while at < len(words):
            match = self._longest(text, words, plain, at)
            if match is None:
                at += 1
                continue
            last, organisation = match
            start, end = words[at].start(), _end(text, words[at].start(), words[last].end())
            found.append(Mention(start, end, text[start:end], organisation))
            at = last + 1
        return tuple(found)

    def _longest(
        self, text: str, words: Sequence[re.Match[str]], plain: Sequence[str], at: int
    ) -> tuple[int, Organisation] | None:
        node, best = self._root, None
        for last in range(at, len(words)):
            if last > at and not GAP.fullmatch(text, words[last - 1].end(), words[last].start()):
                break
            following = node.next.get(plain[last].lower())
            if following is None:
                break
            node = following
            fitting = [(w, o) for w, o in node.ends if _fits(w, plain[at : last + 1])]
            if fitting and _is_closed(text, words[at].start(), words[last].end()):
                # "NHS Employers" is the body, although "NHS employers", the class, fits too: most capitals win
                best = (last, max(fitting, key=lambda pair: sum(word[0].isupper() for word in pair[0]))[1])
        if best and best[1].ambiguous and best[0] == at and not _stands_as_a_name(text, words, plain, at):
            return None
        return best

    def at(self, organisation: Organisation, day: date) -> Organisation:
        """Who had the organisation's functions on a day: itself, an heir after its end, a forerunner before its start.

        Where the register names no heir or forerunner, the organisation itself.
        """
        seen = {organisation.slug}
        while True:
            if organisation.valid_to and day > organisation.valid_to:
                nearby = [self.organisations[slug] for slug in organisation.successors]
            elif organisation.valid_from and day < organisation.valid_from:
                nearby = [o for o in self._merged.get(organisation.slug, []) if _hands_over(o, organisation)]
            else:
                return organisation
            nearby = [o for o in nearby if o.slug not in seen]
            if not nearby:
                return organisation
            organisation = nearby[0]
            seen.add(organisation.slug)


def _is_closed(text: str, start: int, end: int) -> bool:
    return "(" not in text[start:end] or text.startswith(")", end)


def _end(text: str, start: int, end: int) -> int:
    """The end of a name, its closing bracket in it: "Department of Health (Northern Ireland)"."""
    return end + 1 if "(" in text[start:end] else end


def _hands_over(earlier: Organisation, later: Organisation) -> bool:
    """Whether one body ended as the other began: a body that merged into an older one is not its forerunner."""
    return bool(
        earlier.valid_to and later.valid_from and abs((later.valid_from - earlier.valid_to).days) <= HANDOVER_DAYS
    )


def _stands_as_a_name(text: str, words: Sequence[re.Match[str]], plain: Sequence[str], at: int) -> bool:
    """Whether an ambiguous word is a name here: inside a sentence by its capital, at the start by the word after it."""
    before = text[: words[at].start()].rstrip(" \t\"“‘'(")
    if before and before[-1] not in ".?!:;\n•-–*":
        return True
    return len(words) == 1 or (at + 1 < len(words) and plain[at + 1].lower() in AFTER_A_NAME)


def _parse(slug: str, table: Mapping[str, object], where: str, problems: list[str]) -> Organisation | None:
    wrong = [f"unknown key {key!r}" for key in table if key not in KEYS]
    wrong += [
        f"{key} must be {KEYS[key].__name__}, not {value!r}"
        for key, value in table.items()
        if key in KEYS and (type(value) is not KEYS[key])
    ]
    for key in ("aliases", "successors"):
        value = table.get(key, [])
        if isinstance(value, list) and any(not isinstance(v, str) or not v.strip() for v in value):
            wrong.append(f"{key} must hold names only")
    wrong += [f"no {key}" for key in ("name", "kind") if not table.get(key)]
    if slug != slug_of(slug):
        wrong.append(f"the slug should be {slug_of(slug)!r}")
    if "kind" in table and table["kind"] not in KINDS:
        wrong.append(f"unknown kind {table['kind']!r}")
    if (table.get("kind") in ("role", "plan")) != ("acts_for" in table):
        wrong.append("acts_for belongs to every role and plan and to nothing else")
    first, last = table.get("valid_from"), table.get("valid_to")
    if isinstance(first, date) and isinstance(last, date) and first > last:
        wrong.append(f"it ended on {last} before it began on {first}")
    problems.extend(f"{where}: {slug}: {problem}" for problem in wrong)
    if wrong:
        return None
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    return Organisation(slug=slug, **values)  # type: ignore[arg-type]  # each value was checked against KEYS above


def _check_together(organisations: Mapping[str, Organisation], problems: list[str]) -> None:
    claimed: dict[tuple[str, ...], Organisation] = {}
    for organisation in organisations.values():
        for name in (organisation.name, *organisation.aliases):
            other = claimed.setdefault(_key(name), organisation)
            if other.slug != organisation.slug:
                problems.append(f"{organisation.slug}: {name!r} already means {other.slug}")
            elif not _tokens(name):
                problems.append(f"{organisation.slug}: {name!r} holds no word")
        named = (*organisation.successors, *([organisation.acts_for] if organisation.acts_for else []))
        problems.extend(f"{organisation.slug}: there is no {slug!r}" for slug in named if slug not in organisations)


@lru_cache(maxsize=8)
def load_register(extra: Sequence[Path] = ()) -> Register:
    """The shipped register with the `[organisation]` tables of further lexicon files (a tuple: the result is cached).

    A further file may add organisations, or `aliases` alone to a slug that exists. Raises WrongUsage naming every
    problem.
    """
    problems: list[str] = []
    organisations: dict[str, Organisation] = {}
    for path in (*(FOLDER / name for name in SHIPPED), *extra):
        for slug, table in read_tables(path, "organisation", problems).items():
            known, aliases = organisations.get(slug), table.get("aliases")
            if known and set(table) == {"aliases"} and isinstance(aliases, list):
                organisations[slug] = replace(known, aliases=(*known.aliases, *map(str, aliases)))
            elif known:
                problems.append(f"{path.name}: {slug} is there already (only aliases can be added to it)")
            elif organisation := _parse(slug, table, path.name, problems):
                organisations[slug] = organisation
    _check_together(organisations, problems)
    if problems:
        raise WrongUsage("organisations: " + "; ".join(problems))
    return Register(organisations.values())
