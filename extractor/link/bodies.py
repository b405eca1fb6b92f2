"""How two owners stand to one another: the same body, one that took the other's functions over, part and whole, or
strangers.
"""

from functools import cache
from typing import Literal

from extractor.lexicon.organisations import Organisation, Register
from extractor.link.terms import load_terms

# Kinds of entry in the register whose names say what a statement is about, as well as who acts.
NOT_BODIES = frozenset({"class", "role", "office", "programme", "plan"})
Kinship = Literal["same", "heir", "part", "other"]


class Bodies:
    """The register, asked about pairs of owners' names; answers are kept."""

    def __init__(self, register: Register) -> None:
        """Ask `register`."""
        self._register = register
        self._body = cache(self._find)
        self.kinship = cache(self._kinship)
        self.line = cache(self._line)

    def _find(self, name: str) -> Organisation | None:
        found = self._register.named(name)
        return self._register.body(found) if found else None

    def _heirs(self, body: Organisation) -> set[str]:
        """The slugs of all that took over from the body, directly or through others."""
        found: set[str] = set()
        waiting = list(body.successors)
        while waiting:
            slug = waiting.pop()
            if slug not in found:
                found.add(slug)
                waiting += self._register.organisations[slug].successors
        return found

    def _kinship(self, a: str, b: str) -> Kinship:
        """How the owners named `a` and `b` stand to one another, in either direction; an office counts as its body."""
        if a == b:
            return "same"
        one, two = self._body(a), self._body(b)
        if one is None or two is None:
            return "other"
        if one.slug == two.slug:
            return "same"
        if two.slug in self._heirs(one) or one.slug in self._heirs(two):
            return "heir"
        wholes = load_terms().wholes
        if one.slug in wholes.get(two.kind, ()) or two.slug in wholes.get(one.kind, ()):
            return "part"
        return "other"

    def unnamed(self, text: str) -> str:
        """The text with "it" for every body that it names: who acts is told by the owner, and must not count twice.

        Classes, offices and plans stay: "trusts" and "People Promise" also say what a statement is about.
        """
        out, end = [], 0
        for mention in self._register.mentions(text):
            if mention.organisation.kind not in NOT_BODIES:
                out += [text[end : mention.start], "it"]
                end = mention.end
        return "".join([*out, text[end:]])

    def _line(self, name: str) -> str:
        """The last body of the owner's main line of successors: forerunners and heirs share it."""
        body = self._body(name)
        if body is None:
            return name
        seen = {body.slug}
        while body.successors and body.successors[0] not in seen:
            body = self._register.organisations[body.successors[0]]
            seen.add(body.slug)
        return body.slug
