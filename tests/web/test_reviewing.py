"""What a signed-in reviewer does takes effect on the pages at once, outlives a new reading, and can be taken back."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from extractor.web import desk as desks
from extractor.web.desk import Desk
from extractor.web.server import make_datasette
from tests.web.reviewers import Browser, read_letters, settings, write_letters

Text = Callable[[Any], str]


class Archive:
    """A database of three letters, served to somebody who is signed in and to somebody who is not."""

    def __init__(self, folder: Path) -> None:
        self.database, self._folder = folder / "out.db", folder / "letters"
        self.desk = Desk(self.database, settings(), patience=60)
        datasette = make_datasette(self.database, desk=self.desk)
        self.reviewer, self.visitor = Browser(datasette), Browser(datasette)
        self.reviewer.sign_in(self.desk.door.token)
        self.ids = dict(
            self.ask("SELECT substr(d.name, 1, 4), c.id FROM commitments c JOIN documents d ON d.id = c.document_id")
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database)) as db:
            return db.execute(sql).fetchall()

    def again(self, *, changed: str = "") -> None:
        """Read every letter anew; that of the year `changed` with another sentence before its own."""
        if changed:
            letter = self._folder / f"{changed}.txt"
            letter.write_text(f"Dear colleagues, thank you for a hard winter.\n\n{letter.read_text()}")
        read_letters(self._folder, self.database, force=True)

    def say(self, action: str, **fields: str) -> None:
        """Send a form that must be accepted."""
        answer = self.reviewer.say(action, **fields)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == fields.get("back", "/review")

    def links(self) -> set[tuple[str, str]]:
        year = {id: name for name, id in self.ids.items()}
        return {(year[a], year[b]) for a, b in self.ask("SELECT earlier_id, later_id FROM links")}

    def pledge(self, year: str) -> Any:
        return self.visitor.page(f"/pledge/{self.ids[year]}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    write_letters(folder / "letters")
    read_letters(folder / "letters", folder / "out.db")
    return folder


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Archive:
    shutil.copytree(made, tmp_path / "copy")
    found = Archive(tmp_path / "copy")
    assert found.links() == {("2019", "2020")}
    return found


def verdict(page: Any, text: Text) -> str:
    """What the page says of what reviewers said; "" where that is nothing."""
    (said,) = page.find_class("verdict") or [None]
    return "" if said is None else re.sub(r"\d+ \w+ \d{4}", "TODAY", text(said))


def test_a_confirmed_statement_leaves_the_queue(archive: Archive, text: Text) -> None:
    id = archive.ids["2022"]
    assert f'value="{id}"' in archive.reviewer.ask("GET", "/review").text
    archive.say("accept", ref=id, note="I asked <them>")
    assert verdict(archive.pledge("2022"), text) == "Confirmed by Ann Bell on TODAY: I asked <them>."
    queue = archive.reviewer.page("/review")
    assert f"/pledge/{id}" not in [a.get("href") for a in queue.find_class("results")[0].iter("a")]
    assert archive.ask("SELECT action, note, reviewer FROM reviews") == [("confirm", "I asked <them>", "Ann Bell")]


def test_what_came_of_a_form_is_told_once_and_to_its_sender(archive: Archive, text: Text) -> None:
    token = archive.reviewer.token("/review")
    form = {"action": "reject", "a": archive.ids["2019"], "b": archive.ids["2020"], "back": "/review"}
    assert archive.reviewer.send("/review/say", form, token=token).status_code == 303
    (notice,) = archive.reviewer.page("/review").find_class("notice")
    assert text(notice) == "Written down. What follows from it: 1 link gone, 1 statement in another thread."
    assert not archive.reviewer.page("/review").find_class("notice")


def test_a_rejected_statement_stands_on_its_own_page_only(archive: Archive, text: Text) -> None:
    id = archive.ids["2020"]
    archive.say("dismiss", ref=id, back=f"/pledge/{id}")
    for again in (False, True):
        if again:
            archive.again(changed="2020")
        said = verdict(archive.pledge("2020"), text)
        assert said == "Rejected by Ann Bell on TODAY. It stands in no list, count, feed or export."
        assert archive.links() == set()
        assert archive.ask("SELECT ref FROM pledges ORDER BY published") == [
            (archive.ids["2019"],),
            (archive.ids["2022"],),
        ]
        for path in ("/", "/?q=nurses", "/deadlines?year=2024-25", "/changes.atom", "/deadlines.ics", "/review"):
            listed = archive.visitor.ask("GET", path).text.partition("Latest reviews")[0]
            assert f"/pledge/{id}" not in listed, path
    archive.say("withdraw", ref=id)
    assert verdict(archive.pledge("2020"), text) == ""
    assert archive.links() == {("2019", "2020")}


def test_corrected_fields_are_shown_beside_what_was_found(archive: Archive, text: Text) -> None:
    id = archive.ids["2019"]
    archive.say("correct", ref=id, field="deadline", first="", last="2030-12-31")
    archive.say("correct", ref=id, field="owner", value="Ward Board", note="see page 3")
    archive.say("correct", ref=id, field="strength", value="aim")
    for again in (False, True):
        if again:
            archive.again()
        page = archive.pledge("2019")
        assert verdict(page, text) == (
            "Deadline corrected by Ann Bell on TODAY. Now no later than TODAY; as found: no later than TODAY. "
            "Owner corrected by Ann Bell on TODAY: see page 3. Now Ward Board; as found: Care Office. "
            "Strength corrected by Ann Bell on TODAY. Now aim; as found: firm."
        )
        glance = text(page)
        assert "No later than 31 December 2030" in glance
        assert archive.ask(f"SELECT owner, strength, due FROM pledges WHERE ref = '{id}'") == [
            ("Ward Board", "aim", "2030-12-31")
        ]
        assert f"/pledge/{id}" in archive.visitor.ask("GET", "/owner/ward-board").text
    archive.say("withdraw", ref=id, field="owner")
    archive.again()
    assert archive.ask(f"SELECT owner, strength FROM pledges WHERE ref = '{id}'") == [("Care Office", "aim")]
    archive.say("withdraw", ref=id)
    assert archive.ask(f"SELECT owner, strength, due FROM pledges WHERE ref = '{id}'") == [
        ("Care Office", "firm", "2024-03-31")
    ]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("dismiss", {}),
        ("correct", {"field": "owner", "value": "Ward Board"}),
        ("correct", {"field": "strength", "value": "aim"}),
    ],
)
def test_linking_after_a_word_is_linking_from_nothing(archive: Archive, action: str, fields: dict[str, str]) -> None:
    stored = ("SELECT id, thread_id FROM statements ORDER BY id", "SELECT id, score, changes FROM links ORDER BY id")
    archive.say(action, ref=archive.ids["2020"], **fields)
    after = [archive.ask(sql) for sql in stored]
    shutil.rmtree(f"{archive.database}.index")
    archive.again()
    assert [archive.ask(sql) for sql in stored] == after


def test_no_owner_and_no_deadline_can_be_said(archive: Archive) -> None:
    id = archive.ids["2019"]
    archive.say("correct", ref=id, field="owner", value="")
    archive.say("correct", ref=id, field="deadline", first="", last="")
    assert archive.ask(f"SELECT owner, due, state FROM pledges WHERE ref = '{id}'") == [(None, None, "no date")]


def test_a_delivery_status_has_evidence(archive: Archive, text: Text) -> None:
    id = archive.ids["2019"]
    archive.say("status", ref=id, value="partly delivered", evidence="https://example.org/report", note="half of them")
    archive.again()
    page = archive.pledge("2019")
    assert verdict(page, text) == "Partly delivered, as found by Ann Bell on TODAY: half of them. Evidence"
    (evidence,) = page.find_class("verdict")[0].iter("a")
    assert (evidence.get("href"), evidence.get("rel")) == ("https://example.org/report", "noreferrer")
    refused = archive.reviewer.say("status", ref=id, value="delivered", evidence="javascript:alert(1)")
    assert refused.status_code == 400
    assert "evidence is a web address" in refused.text


def test_links_and_threads_are_judged(archive: Archive, text: Text) -> None:
    one, other = archive.ids["2019"], archive.ids["2020"]
    assert f'name="a" value="{one}"' in archive.reviewer.ask("GET", "/review").text, "the least certain links"
    archive.say("reject", a=one, b=other, note="another hospital")
    archive.again()
    assert archive.links() == set()
    archive.say("confirm", a=one, b=other)
    assert archive.links() == {("2019", "2020")}
    ((thread,),) = archive.ask(f"SELECT thread_id FROM statements WHERE id = '{one}'")
    said = text(archive.visitor.page(f"/thread/{thread}"))
    assert "Ann Bell One statement and another do not speak of the same commitment: another hospital." in said
    archive.say("split", ref=other, back=f"/thread/{thread}")
    assert archive.links() == set()
    threads = [str(id) for (id,) in archive.ask("SELECT id FROM threads ORDER BY first_seen")]
    archive.say("merge", thread=threads[0], other=threads[1])
    assert len(archive.ask("SELECT DISTINCT thread_id FROM statements WHERE thread_id IS NOT NULL")) == len(threads) - 1


def test_owners_are_merged_and_split(archive: Archive, text: Text) -> None:
    archive.say("merge-owner", owner="Ward Board", into="Care Office", note="one office")
    archive.again()
    assert archive.ask("SELECT DISTINCT owner FROM pledges") == [("Care Office",)]
    said = text(archive.visitor.page("/owner/care-office"))
    assert "Ann Bell Ward Board is the same as Care Office: one office." in said
    archive.say("split-owner", owner="Ward Board")
    assert sorted(archive.ask("SELECT DISTINCT owner FROM pledges")) == [("Care Office",), ("Ward Board",)]


def test_a_document_gets_its_date_and_publisher(archive: Archive, text: Text) -> None:
    ((document,),) = archive.ask("SELECT id FROM documents WHERE name = '2020.txt'")
    archive.say("correct-document", document=document, field="date", value="2018-05")
    archive.say("correct-document", document=document, field="publisher", value="Ward Board")
    for again in (False, True):
        if again:
            archive.again(changed="2020")
        page = archive.visitor.page(f"/document/{document}")
        assert "Corrected date to May 2018 by Ann Bell on" in text(page)
        assert "Ward Board, May 2018." in text(page)
        assert "Now May 2018; as found: 1 June 2020." in text(page.find_class("verdict")[0])
        assert "Given by a reviewer" in text(page)
        assert archive.links() == {("2020", "2019")}, "what comes first is linked as the earlier"
    archive.say("withdraw-document", document=document)
    assert archive.links() == {("2019", "2020")}
    assert "Care Office, 1 June 2020." in text(archive.visitor.page(f"/document/{document}"))


def test_every_page_offers_a_reviewer_forms_that_a_screen_reader_can_use(archive: Archive) -> None:
    id = archive.ids["2019"]
    ((document, thread),) = archive.ask(f"SELECT document_id, thread_id FROM statements WHERE id = '{id}'")
    archive.say("correct", ref=id, field="strength", value="aim")
    paths = [f"/pledge/{id}", f"/thread/{thread}", f"/document/{document}", "/owner/care-office", "/review"]
    for path in paths:
        answer = archive.reviewer.ask("GET", path)
        assert "Cookie" in answer.headers["vary"], path
        assert "no-store" in answer.headers["cache-control"], path
        page = archive.reviewer.page(path)
        ids = [element.get("id") for element in page.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), path
        forms = [form for form in page.iter("form") if form.get("method") == "post"]
        assert forms, path
        for form in forms:
            assert form.get("action") in ("/review/say", "/review/sign-out"), path
            assert form.xpath(".//input[@name='csrftoken' and @type='hidden']"), path
            for control in form.xpath(".//input[not(@type='hidden')] | .//select"):
                assert page.xpath("//label[@for=$id]", id=control.get("id")), (path, control.get("name"))
            assert all(button.text_content().strip() for button in form.iter("button")), path
        assert not [form for form in archive.visitor.page(path).iter("form") if form.get("method") == "post"], path


@pytest.mark.parametrize(
    ("action", "fields", "said"),
    [
        ("", {}, "does not say what to do"),
        ("frobnicate", {}, "does not say what to do"),
        ("accept", {}, "no statement"),
        ("accept", {"ref": "nowhere"}, "no statement"),
        ("correct", {"ref": "2019", "field": "deadline", "last": "soon"}, "a deadline is a day"),
        ("correct", {"ref": "2019", "field": "strength", "value": "<b>"}, "strength is one of"),
        ("status", {"ref": "2019"}, "a status is one of"),
        ("merge", {"thread": "x", "other": "y"}, "no thread"),
        ("merge-owner", {"owner": "Nobody", "into": "Care Office"}, "no owner"),
        ("correct-document", {"document": "2019.txt", "field": "date", "value": "yesterday"}, "a date is a day"),
    ],
)
def test_what_cannot_be_said_is_explained_and_nothing_is_kept(
    archive: Archive, action: str, fields: dict[str, str], said: str
) -> None:
    answer = archive.reviewer.say(action, **{name: archive.ids.get(value, value) for name, value in fields.items()})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert said in answer.text
    assert archive.ask("SELECT count(*) FROM reviews") == archive.ask("SELECT count(*) FROM document_reviews") == [(0,)]


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", "/review x"],
)
def test_a_form_leads_nowhere_else(archive: Archive, back: str) -> None:
    answer = archive.reviewer.say("status", ref=archive.ids["2019"], value="delivered", back=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")


def test_a_locked_database_is_said_to_be_so(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "BUSY_SECONDS", 0.05)
    token = archive.reviewer.token("/review")
    form = {"action": "accept", "ref": archive.ids["2019"]}
    with closing(sqlite3.connect(archive.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = archive.reviewer.send("/review/say", form, token=token)
        assert answer.status_code == 503
        assert "Another program is writing to the database. Nothing was changed" in answer.text
        other.rollback()
    assert archive.ask("SELECT count(*) FROM reviews") == [(0,)]
    assert archive.reviewer.send("/review/say", form, token=token).status_code == 303


def test_words_are_kept_where_linking_has_to_wait(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, text: Text
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        with (
            closing(sqlite3.connect(archive.database)) as one,
            closing(sqlite3.connect(archive.database, timeout=0)) as two,
        ):
            one.execute("BEGIN IMMEDIATE")
            two.execute("BEGIN IMMEDIATE")

    monkeypatch.setattr("extractor.relinking.relink", locked)
    token = archive.reviewer.token("/review")
    form = {"action": "reject", "a": archive.ids["2019"], "b": archive.ids["2020"], "back": "/review"}
    assert archive.reviewer.send("/review/say", form, token=token).status_code == 303
    (notice,) = archive.reviewer.page("/review").find_class("notice")
    assert text(notice) == desks.LATER
    assert archive.ask("SELECT count(*) FROM pair_reviews") == [(1,)]
    monkeypatch.undo()
    archive.again()
    assert archive.links() == set()
