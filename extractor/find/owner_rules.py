"""The rules that find owners, by name, and the one place where an owner is made."""

from collections.abc import Mapping
from typing import Literal

from extractor.find.actors import Actor
from extractor.records import Owner

OwnerRule = Literal[
    "column",
    "action",
    "dash",
    "tag",
    "subject",
    "told",
    "agent",
    "possessive",
    "head",
    "beside-verb",
    "with-subject",
    "source",
    "mention",
    "new-name",
    "common-noun",
    "taken-up",
    "pronoun",
    "own-voice",
    "speaks-for",
    "plan",
    "lead-in",
    "heading",
    "told-before",
    "acted-before",
    "default",
]
# What each rule goes by. Those from "taken-up" on find an owner whom the statement does not name itself.
RULES: Mapping[OwnerRule, str] = {
    "column": "stands in the owner's column of a row",
    "action": "stands before “to” in an action (“RJ to circulate …”)",
    "dash": "opens an action before a dash or colon (“RJ – costings”)",
    "tag": "closes an action, after a colon, after a label or in brackets (“… [Action: RJ]”)",
    "subject": "is the subject of the verb that promises or obliges",
    "told": "is who is asked, told, expected or required to act",
    "agent": "stands behind the “by” of a passive",
    "possessive": "owns the undertaking or the subject (“NHS England's plan to …”)",
    "head": "heads a sentence without a finite verb (“Trusts to publish …”)",
    "beside-verb": "stands before a promising verb that the parse did not join to it",
    "with-subject": "stands with the subject, as in “the board of X”",
    "source": "is the source of what is said (“according to X”)",
    "mention": "is only mentioned",
    "new-name": "is a capitalised subject that neither register nor document knows",
    "common-noun": "is a common noun for people or a body that acts (“the regional directors”)",
    "taken-up": "is a body named before that a definite noun takes up (“the council”)",
    "pronoun": "acted before, and a pronoun takes it up",
    "own-voice": "publishes this and says “we” or “our”",
    "speaks-for": "is the body that the named person speaks for",
    "plan": "is the author of a plan named before (“the strategy”)",
    "lead-in": "is the subject of the sentence that opens the list",
    "heading": "is named in the heading above",
    "told-before": "is the class of bodies that the section or the letter tells to act",
    "acted-before": "acted last before this",
    "default": "is whose commitments the document states",
}


def owner(
    actor: Actor, *, rule: OwnerRule, reason: str, score: float, explicit: bool, span: tuple[int, int] | None
) -> Owner:
    """An actor as the owner of a statement.

    `span` is the stretch of the document that names the actor or stands for it ("we", "the council"), None where
    nothing in the statement or its lead-in does.
    """
    start, end = span or (None, None)
    ranked = round(min(max(score, 0.0), 1.0), 3)
    return Owner(actor.id, actor.name, actor.known, explicit, ranked, reason, rule, start, end)
