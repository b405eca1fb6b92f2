"""What a document says about its actors: its nation, its people by their full names, and whom it is written to."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import WrongUsage
from extractor.find.actors import DocumentContext, names_in
from extractor.find.context import make_context
from extractor.lexicon.addressees import load_addressees
from extractor.lexicon.jurisdictions import load_jurisdictions
from extractor.lexicon.offices import load_offices
from extractor.lexicon.organisations import load_register
from extractor.records import Passage
from tests.factories import document


def context_of(*lines: str, **more: Any) -> DocumentContext:
    text = "\n".join(lines)
    passages, at = [], 0
    for line in lines:
        passages.append(Passage(line, at, at + len(line), "sentence"))
        at += len(line) + 1
    return make_context(document(text, **more), passages)


def meant(text: str, context: DocumentContext) -> list[str]:
    return [named.actor.name for named in names_in(text, context)]


NI = "Department of Health (Northern Ireland)"
# the publisher, the text, and who is meant in it
NATIONS = [
    # the publisher settles the nation
    ("Scottish Government", "Ministers told boards to act.", ["Scottish Government", "Health boards"]),
    # the class under the name that the document writes out
    ("Scottish Government", "NHS Boards agreed. Other boards wait.", ["NHS boards", "NHS boards"]),
    ("Welsh Government", "The Cabinet Secretary asked health boards.", ["Welsh Government", "Health boards"]),
    (NI, "The Minister wrote to Trusts.", [NI, "Health and Social Care Trusts"]),
    # the name in full wins over the word in it
    (NI, "The Western Trust met UK Government officials.", ["Western Health and Social Care Trust", "UK Government"]),
    (
        "Welsh Government",
        "The UK Government and the Scottish Government met.",
        ["UK Government", "Scottish Government"],
    ),
    # England's own documents are left alone, whatever they mention
    ("NHS England", "Scotland, Scotland, Scotland: ministers asked trusts.", ["UK Government", "NHS trusts"]),
    # a publisher that nobody knows: the text decides, by a clear margin
    ("Riverside Weekly", "Wales waits. Wales and Welsh trusts. Ministers act.", ["Welsh Government"]),
    ("Riverside Weekly", "Wales and England, Wales and England, Wales: ministers act.", ["UK Government"]),
]


@pytest.mark.parametrize(("publisher", "text", "expected"), NATIONS)
def test_the_nation_of_a_document_says_who_is_meant(publisher: str, text: str, expected: list[str]) -> None:
    found = meant(text, context_of(text, kind="plan", publisher=publisher, title="A plan"))
    assert [name for name in found if name in expected] == expected, found


def test_every_body_that_a_nation_means_is_in_the_register() -> None:
    register = load_register()
    bodies = [body for nation in load_jurisdictions() for meaning in nation.means for body in meaning.bodies]
    assert [body for body in bodies if (o := register.named(body)) is None or o.name != body] == []


def test_every_class_that_a_letter_is_written_to_is_in_the_register() -> None:
    register = load_register()
    addressees = load_addressees()
    for name in (*addressees.salutations.values(), *addressees.bystanders):
        organisation = register.named(name)
        assert organisation is not None, name
        assert organisation.name == name


PRESENT = "Present: Dr Vera Palmer (Education), Ms C Wragg, Insp. L. Farrow, P Hill; Nora Prentice, Eve Dunn, Ed Dunn"


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("VP will ask.", "Vera Palmer"),  # a title is no part of the initials
        ("Dr Palmer will ask.", "Vera Palmer"),
        ("Ms Wragg will ask.", "Ms C Wragg"),  # an initial needs its title
        ("Ms Prentice will ask.", "Nora Prentice"),  # named without a title elsewhere
        ("Ms Prentice's paper will come.", "Nora Prentice"),
        ("Cllr Hill will ask.", "Cllr Hill"),  # an initial without a title says less
        ("Ms Dunn will ask.", "Ms Dunn"),  # two of that surname: nobody can tell
        ("Dr Elsewhere will ask.", "Dr Elsewhere"),  # named in full nowhere
        ("DoF to report.", "Director of Finance"),  # an office by its initials
        ("CPOs to report.", "Chief people officers"),
    ],
)
def test_people_and_offices_in_full(short: str, expected: str) -> None:
    assert meant(short, context_of(PRESENT, short, kind="minutes", title="Minutes"))[:1] == [expected]


def test_offices_by_initials_are_for_records_of_meetings() -> None:
    assert meant("DoF to report.", context_of("DoF to report.", kind="plan")) == []


@pytest.mark.parametrize(
    ("title", "lines", "expected"),
    [
        ("A letter", ["For action: Chief Executives, ICBs", "Return the form."], "Integrated care boards"),
        ("A letter", ["Dear Permanent Secretaries", "Return the form."], "Government departments"),
        ("Growth: letter to university vice-chancellors", ["Return the form."], "Universities"),
        # a letter's "you" is its addressee, although the section tells others what to do
        ("Letter to local authorities", ["Schools must help.", "Say whether you agree."], "Local authorities"),
        ("A letter", ["Schools must help.", "Say whether you agree."], "Schools"),
        # those who only stand by are told nothing
        ("A letter", ["Trade unions, trade unions and regulators met.", "Return the form."], None),
    ],
)
def test_whom_directives_are_for(title: str, lines: list[str], expected: str | None) -> None:
    context = context_of(*lines, kind="letter", title=title, publisher="Cabinet Office")
    told = context.told.get(sum(len(line) + 1 for line in lines[:-1]))
    assert (told.name if told else None) == expected


@pytest.mark.parametrize(
    ("publisher", "expected"),
    [
        ("Local Government Workforce Board", "Local Government Workforce Board"),  # no part of "local government"
        ("NHS Leadership Council", "NHS Leadership Council"),  # nor of the NHS
        ("Environment Agency Improvement Board", "Environment Agency"),  # a part of a known body
        ("Department of Health, Northern Ireland", NI),
    ],
)
def test_the_publisher_by_its_canonical_name(publisher: str, expected: str) -> None:
    context = context_of("We will act.", kind="plan", publisher=publisher, published=date(2024, 1, 1))
    assert context.default is not None
    assert context.default.name == expected


FAULTY = {
    load_offices: [("[initials]\nA = ['X']\nB = ['X']\nC = []\n", ["'X' stands for both", "'C' must hold"])],
    load_addressees: [("[salutations]\nA = []\n[odd]\nx = 1\n", ["'A' must be", "unknown section 'odd'", "'titles'"])],
    load_jurisdictions: [
        (
            "[jurisdiction.x]\ncolour = 1\n[[jurisdiction.x.means]]\nwords = ['a']\n",
            ["'colour'", "'bodies'", "'words'"],
        ),
        ("other = 1\n", ["unknown section 'other'", "there is no jurisdiction"]),
    ],
}


@pytest.mark.parametrize(
    ("load", "text", "faults"), [(load, *case) for load, cases in FAULTY.items() for case in cases]
)
def test_every_fault_of_a_lexicon_file_is_named(load: Any, text: str, faults: list[str], tmp_path: Path) -> None:
    file = tmp_path / "words.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUsage) as refusal:
        load(file)
    for fault in faults:
        assert fault in str(refusal.value)
    with pytest.raises(WrongUsage, match=r"missing\.toml"):
        load(tmp_path / "missing.toml")
