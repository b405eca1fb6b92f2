"""Owners that the statement itself names: each rule with the words of the document that it goes by."""

from typing import Any, get_args

import pytest

from extractor.find.owner import find_owners, make_context
from extractor.find.owner_rules import RULES, OwnerRule
from extractor.parse import load_syntax
from extractor.records import Cell, Kind, Owner, Passage
from tests.factories import document

BEFORE = "Harbour board papers\n\n"


def first_owner(text: str, kind: Kind, strength: str, cells: tuple[tuple[str, str], ...] = ()) -> tuple[Owner, str]:
    """The best owner of a sentence that does not open its document, and the words of the document at its span."""
    whole = BEFORE + text
    at = len(BEFORE)
    columns = tuple(Cell(header, whole.index(cell, at), whole.index(cell, at) + len(cell)) for header, cell in cells)
    passage = Passage(text, at, len(whole), "row" if cells else "sentence", cells=columns)
    context = make_context(document(whole, kind=kind, publisher="Harbour Isles Council"), [passage])
    found = find_owners(passage, load_syntax()(text), label="commitment", strength=strength, context=context)
    best = found[0]
    return best, "" if best.start is None else whole[best.start : best.end]


@pytest.mark.parametrize(
    ("text", "kind", "strength", "name", "rule", "words"),
    [
        # a common noun that acts is an owner of its own name
        ("The university aims to open a second cohort.", "minutes", "aim", "University", "common-noun", "university"),
        # what it is held over belongs to an office
        ("Heads of midwifery must sign the form.", "report", "directive", "Heads of midwifery", "common-noun", "Heads"),
        # of "each" the class is meant
        ("Each ward must name a link nurse.", "report", "directive", "Wards", "common-noun", "ward"),
        # a noun before it makes it another body than the one that publishes
        (
            "The payroll team was asked to cost it.",
            "minutes",
            "directive",
            "Payroll team",
            "common-noun",
            "payroll team",
        ),
        # the staff of the body stand for it
        ("Officers will draft a scheme.", "plan", "firm", "Harbour Isles Council", "taken-up", "Officers"),
        # a verb that lays a task on its subject, without an infinitive
        ("Trusts were reminded that they must publish rotas.", "letter", "directive", "NHS trusts", "told", "Trusts"),
        ("Trusts have been charged with cutting waits.", "letter", "directive", "NHS trusts", "told", "Trusts"),
        # a promise to ask is kept by asking
        ("NHS England will ask trusts to name a lead.", "plan", "directive", "NHS England", "subject", "NHS England"),
        # an expectation is kept by those of whom it is had
        ("NHS England will expect trusts to name a lead.", "plan", "directive", "NHS trusts", "told", "trusts"),
        # the parse takes the verb for a noun
        ("Proposed that each trust name an executive.", "minutes", "proposal", "NHS trusts", "told", "trust"),
        # a promise at the end of a headline-like line, by an agent
        (
            "Questions to be circulated by the secretariat",
            "minutes",
            "firm",
            "Secretariat",
            "common-noun",
            "secretariat",
        ),
        # whoever closes an action
        ("Arrange two weeks of sight of the draft: Ms Pell", "minutes", "firm", "Ms Pell", "tag", "Ms Pell"),
        (
            "Agreed; Occupational Health, 30 June.",
            "minutes",
            "firm",
            "Occupational Health",
            "tag",
            "Occupational Health",
        ),
        # nobody is named
        ("A course will be launched in May.", "plan", "firm", "Harbour Isles Council", "default", ""),
    ],
)
def test_the_rule_and_the_words_it_goes_by(
    text: str, kind: Kind, strength: str, name: str, rule: str, words: str
) -> None:
    best, named = first_owner(text, kind, strength)
    assert (best.name, named.removeprefix("each ")) == (name, words)
    assert best.rule == rule


@pytest.mark.parametrize(
    ("text", "strength", "never"),
    [
        # whoever tells is not who acts
        ("We have been told by NHS England that every post must be filled.", "directive", "NHS England"),
        # a class that is given something owes nothing
        ("Schools receive no less than £2,000 per trainee.", "firm", "Schools"),
        # those who gain by it are only picked out
        ("Every member of council staff will have a coach by 2030.", "firm", "Members"),
        # nobody acts where something is there
        ("There would be 500 more doctors in training by May.", "firm", "Doctors"),
        # a meeting is nobody
        ("The next meeting is to be held on 17 March.", "firm", "Next meeting"),
        # nurses here only say which home
        ("GP training will grow by half.", "firm", "GP practices"),
    ],
)
def test_who_is_only_mentioned_does_not_come_first(text: str, strength: str, never: str) -> None:
    assert first_owner(text, "plan", strength)[0].name != never


@pytest.mark.parametrize(
    ("header", "cell", "name", "words"),
    [
        ("Officer", "Strategic Director", "Strategic Director", "Strategic Director"),
        ("By whom", "Housing (Mr Pell)", "Housing", "Housing"),  # brackets only add who in particular
        ("Member", "Secretariat", "Secretariat", "Secretariat"),
    ],
)
def test_a_cell_names_the_owner_where_it_stands(header: str, cell: str, name: str, words: str) -> None:
    best, named = first_owner(f"Publish the list | {cell} | May", "other", "firm", ((header, cell),))
    assert (best.rule, best.name, named) == ("column", name, words)


def test_a_cell_may_hold_a_whole_action() -> None:
    cells = (("Subject", "Appraisal"), ("Undertaking", "Senior director to meet governors"))
    best, named = first_owner("Appraisal | Senior director to meet governors", "minutes", "firm", cells)
    assert (best.rule, best.name, named) == ("action", "Senior director", "Senior director")


def test_every_rule_is_explained() -> None:
    assert set(RULES) == set(get_args(OwnerRule))


def test_a_lead_in_is_shown_where_it_stands() -> None:
    text = "NHS England will:\n\npublish a plan"
    passages = [
        Passage("NHS England will:", 0, 17, "sentence"),
        Passage("publish a plan", 19, 33, "item", lead_in="NHS England will:", lead_in_spans=((0, 17),)),
    ]
    more: dict[str, Any] = {"kind": "plan", "publisher": "Harbour Isles Council"}
    context = make_context(document(text, **more), passages)
    found = find_owners(
        passages[1], load_syntax()("publish a plan"), label="commitment", strength="firm", context=context
    )
    assert (found[0].rule, found[0].start, found[0].end) == ("lead-in", 0, 11)
