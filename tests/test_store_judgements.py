"""What people say is kept, read back and undone, and owners under two names count as one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from extractor.errors import ExtractorError, WrongUsage
from extractor.records import Judgement
from extractor.store import judgements, removal, writer
from extractor.store.export import FORMATS, export
from extractor.store.judgements import Remark
from extractor.store.reader import load_claims, load_judgements
from tests.store_samples import REGISTER, RUN, analysis, contents, corpus, fill, links_of, owner, put_links, statement


def relinked(db: sqlite_utils.Database) -> None:
    """What linking again does to the store, here with the same links as before."""
    put_links(db, *links_of(corpus()))


def whose(db: sqlite_utils.Database) -> dict[str, str]:
    """The owner of each statement by its words, as pages and exports see it."""
    sql = "SELECT f.quote, o.name FROM {} f JOIN owners o ON o.id = f.owner_id"
    return dict(db.execute(f"{sql.format('commitments')} UNION ALL {sql.format('progress')} ORDER BY 1").fetchall())


def reviews(db: sqlite_utils.Database, table: str) -> list[tuple[Any, ...]]:
    columns = "action, a_id, b_id" if table == "pair_reviews" else "action, owner, into_owner"
    return list(db.execute(f"SELECT {columns}, note, reviewer FROM {table} ORDER BY id").fetchall())


def test_judgements_come_oldest_first_and_the_newest_of_a_pair_counts(db: sqlite_utils.Database) -> None:
    a, b, c = fill(db)
    one, two, three = (found.statements[0].id for found in (a, b, c))
    assert load_judgements(db) == ()
    judgements.confirm(db, one, two, remark=Remark("same nurses", "Jo"))
    judgements.reject(db, one, three)
    assert load_judgements(db) == (Judgement(one, two, True), Judgement(one, three, False))
    judgements.reject(db, two, one)
    assert load_judgements(db) == (Judgement(one, three, False), Judgement(two, one, False))
    assert reviews(db, "pair_reviews") == [
        ("confirm", one, two, "same nurses", "Jo"),
        ("reject", one, three, None, None),
        ("reject", two, one, None, None),
    ]


def test_a_merge_says_that_two_threads_are_one(db: sqlite_utils.Database) -> None:
    a, b, c = fill(db)
    judgements.merge(db, "t1", "t2")
    (said,) = load_judgements(db)
    assert said.same
    # both begin in a.txt, and only statements of two documents are linked
    assert {said.a, said.b} <= {s.id for found in (a, b, c) for s in found.statements}
    homes = dict(db.execute("SELECT id, document_id FROM statements").fetchall())
    assert homes[said.a] != homes[said.b]


def test_a_merge_overrules_what_kept_the_two_apart(db: sqlite_utils.Database) -> None:
    a, b, c = fill(db)
    apart = (b.statements[0].id, c.statements[0].id), (a.statements[1].id, a.statements[0].id)
    for one, other in apart:
        judgements.reject(db, one, other)
    judgements.merge(db, "t1", "t2")
    assert load_judgements(db) == tuple(Judgement(one, other, True) for one, other in apart)


def test_a_split_is_from_the_first_and_of_the_first_from_the_second(db: sqlite_utils.Database) -> None:
    a, b, _ = fill(db)
    first, second = a.statements[0].id, b.statements[0].id
    judgements.split(db, second)
    judgements.split(db, first)
    assert [row[:3] for row in reviews(db, "pair_reviews")] == [("split", second, first), ("split", first, second)]
    assert load_judgements(db) == (Judgement(first, second, False),)


def first_of(db: sqlite_utils.Database, condition: str = "thread_id = 't1'") -> str:
    return str(db.execute(f"SELECT id FROM statements WHERE {condition} ORDER BY id").fetchone()[0])


@pytest.mark.parametrize(
    ("say", "message"),
    [
        (lambda db: judgements.confirm(db, "x", "y"), "no statement 'x' in the database"),
        (lambda db: judgements.reject(db, first_of(db), "y"), "no statement 'y' in the database"),
        (lambda db: judgements.confirm(db, first_of(db), first_of(db)), "is named twice"),
        (lambda db: judgements.merge(db, "t1", "t9"), "no thread 't9' in the database"),
        (lambda db: judgements.merge(db, "t1", "t1"), "is named twice"),
        (lambda db: judgements.split(db, "x"), "no statement 'x' in the database"),
        (
            lambda db: judgements.split(db, first_of(db, "thread_id IS NULL")),
            "shares its thread with no other",
        ),
        (lambda db: judgements.merge_owner(db, "Nobody", "Care Office"), "no owner 'Nobody' in the database"),
        (lambda db: judgements.merge_owner(db, "Care Office", "Nobody"), "no owner 'Nobody' in the database"),
        (lambda db: judgements.merge_owner(db, "Care Office", "care-office"), "is named twice"),
        (lambda db: judgements.split_owner(db, "Care Office"), "is not merged into another"),
        (lambda db: judgements.split_owner(db, "Nobody"), "no owner 'Nobody' in the database"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_named_and_nothing_kept(
    db: sqlite_utils.Database, say: Callable[[sqlite_utils.Database], None], message: str
) -> None:
    fill(db)
    with pytest.raises(WrongUsage, match=message):
        say(db)
    assert reviews(db, "pair_reviews") == reviews(db, "owner_reviews") == []


def test_a_merged_owner_counts_for_the_other_everywhere_and_is_itself_again_when_split(
    db: sqlite_utils.Database,
) -> None:
    fill(db)
    before, was = contents(db), whose(db)
    claims = load_claims(db)
    judgements.merge_owner(db, "Local Café", "care-office")
    relinked(db)
    assert whose(db) == {quote: "Care Office" if name == "Local Café" else name for quote, name in was.items()}
    assert [claim.owner for claim in load_claims(db)] == [
        "Care Office" if claim.owner == "Local Café" else claim.owner for claim in claims
    ]
    assert db.execute("SELECT count(*) FROM pledges WHERE owner = 'Care Office'").fetchone() == (2,)
    assert db.execute("SELECT name FROM owners ORDER BY name").fetchall() == [
        ("Care Office",), ("Local Café",), ("Training Board",)
    ]  # fmt: skip
    assert all("".join(export(db, format)) for format in FORMATS)
    relinked(db)
    judgements.split_owner(db, "Local Café", remark=Remark("another body", None))
    relinked(db)
    assert contents(db) == {**before, "owner_reviews": contents(db)["owner_reviews"]}
    assert load_claims(db) == claims
    assert reviews(db, "owner_reviews") == [
        ("merge", "Local Café", "Care Office", None, None),
        ("split", "Local Café", None, "another body", None),
    ]


def test_merges_are_followed_to_their_end_and_never_in_a_circle(db: sqlite_utils.Database) -> None:
    fill(db)
    judgements.merge_owner(db, "Local Café", "Training Board")
    judgements.merge_owner(db, "Training Board", "Care Office")
    relinked(db)
    assert set(whose(db).values()) == {"Care Office"}
    assert {claim.owner for claim in load_claims(db)} == {"Care Office", None}
    for heir in ("Local Café", "Training Board"):
        with pytest.raises(WrongUsage, match="split it first"):
            judgements.merge_owner(db, "Care Office", heir)
    judgements.split_owner(db, "Training Board")
    judgements.merge_owner(db, "Care Office", "Local Café")
    relinked(db)
    assert set(whose(db).values()) == {"Training Board"}, "from the office by the café to the board"
    db.execute(
        "INSERT INTO owner_reviews (action, owner, into_owner, at) VALUES ('merge', 'Training Board', 'Local Café', '')"
    )
    with pytest.raises(ExtractorError, match="in a circle"):
        load_claims(db)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_new_reading_changes_nothing_about_judgements(db: sqlite_utils.Database, order: tuple[int, ...]) -> None:
    """Read again in any order, each document gives way to itself; what was said stays and is applied anew."""
    documents = fill(db)
    judgements.merge_owner(db, "Training Board", "Local Café")
    judgements.confirm(db, documents[0].statements[0].id, documents[1].statements[0].id)
    relinked(db)
    kept, said = contents(db), load_judgements(db)
    run = writer.start_run(db, **RUN)
    for number in order:
        writer.save_analysis(db, documents[number], run, register=REGISTER)
    relinked(db)
    assert contents(db) == kept
    assert load_judgements(db) == said


def test_a_judgement_waits_for_its_statement(db: sqlite_utils.Database) -> None:
    documents = fill(db)
    one, other = documents[0].statements[0].id, documents[1].statements[0].id
    judgements.reject(db, one, other)
    run = writer.start_run(db, **RUN)
    writer.save_analysis(db, replace(documents[1], statements=()), run)
    assert load_judgements(db) == (Judgement(one, other, False),)


def test_a_withdrawn_document_takes_its_judgements_along(db: sqlite_utils.Database, path: Path) -> None:
    a, b, _c = fill(db)
    secret = analysis("secret.txt", [statement("It will act.", owners=(owner("Zephyrine Quackenbush"),))])
    writer.save_analysis(db, secret, 1)
    (said,) = secret.statements
    judgements.confirm(db, said.id, a.statements[0].id, remark=Remark("Zephyrine again"))
    judgements.reject(db, b.statements[0].id, said.id)
    judgements.confirm(db, a.statements[0].id, b.statements[0].id)
    judgements.merge_owner(db, "Zephyrine Quackenbush", "Local Café")
    judgements.merge_owner(db, "Training Board", "Zephyrine Quackenbush")
    judgements.merge_owner(db, "Local Café", "Care Office")
    relinked(db)
    assert set(whose(db).values()) == {"Care Office"}
    removal.remove_document(db, "secret.txt")
    assert [row[:3] for row in reviews(db, "pair_reviews")] == [("confirm", a.statements[0].id, b.statements[0].id)]
    assert [row[:3] for row in reviews(db, "owner_reviews")] == [("merge", "Local Café", "Care Office")]
    assert set(whose(db).values()) == {"Training Board", "Care Office"}
    assert not [file.name for file in path.parent.iterdir() if b"zephyrin" in file.read_bytes().lower()]


def test_an_owner_merged_into_one_that_is_gone_keeps_its_own(db: sqlite_utils.Database) -> None:
    """Documents may be read again without the name that another was merged into: nothing dangles, and it may return."""
    _a, b, _c = fill(db)
    judgements.merge_owner(db, "Care Office", "Local Café")
    relinked(db)
    run = writer.start_run(db, **RUN)
    without = replace(b, statements=b.statements[:1])
    writer.save_analysis(db, without, run, register=REGISTER)
    relinked(db)
    assert set(whose(db).values()) == {"Training Board", "Care Office"}
    assert db.execute("SELECT count(*) FROM owners WHERE name = 'Local Café'").fetchone() == (0,)
    assert "Local Café" in {claim.owner for claim in load_claims(db)}, "linking takes the word for it all the same"
    writer.save_analysis(db, b, run, register=REGISTER)
    relinked(db)
    assert set(whose(db).values()) == {"Training Board", "Local Café"}


def test_differences_are_told_a_line_each(db: sqlite_utils.Database) -> None:
    _a, b, _c = fill(db)
    before = judgements.state(db)
    moved, reported = links_of(corpus())[0]
    assert judgements.differences(before, before) == []
    put_links(db, [replace(moved, relation="restates")], links_of(corpus())[1][:1])
    judgements.merge_owner(db, "Local Café", "Care Office")
    put_links(db, [replace(moved, relation="restates")], links_of(corpus())[1][:1])
    assert judgements.differences(before, judgements.state(db)) == [
        f"link gone: {reported.earlier} – {reported.later}",
        f"link: {moved.earlier} – {moved.later}: restates",
        *sorted(f"thread of {id}: t2 → none" for id in (reported.earlier, reported.later)),
        f"owner of {b.statements[1].id}: Local Café → Care Office",
    ]
