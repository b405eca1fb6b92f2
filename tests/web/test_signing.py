"""Who may write: one link, good once and for some minutes; forms of our own pages only; else nobody."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from extractor.store.schema import open_database
from extractor.web.desk import Desk
from extractor.web.server import make_datasette
from extractor.web.signing import LINK_SECONDS, Door, Refused
from tests.web.conftest import Site
from tests.web.reviewers import ORIGIN, Browser, settings
from tests.web.sample import fill


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The sample; nothing in this module may change it."""
    path = tmp_path_factory.mktemp("signing") / "sample.db"
    return path, fill(path)


@pytest.fixture
def desk(database: tuple[Path, dict[str, str]]) -> Desk:
    return Desk(database[0], settings(), Door("Ann Bell", Clock()))


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return Browser(make_datasette(desk.path, desk=desk))


def reviews(path: Path) -> int:
    db = open_database(path, create=False)
    count = sum(int(db[table].count) for table in ("reviews", "document_reviews", "pair_reviews", "owner_reviews"))
    db.close()
    return count


def test_the_link_opens_a_page_and_its_form_signs_in_once(browser: Browser, desk: Desk) -> None:
    address = f"/review/sign-in?token={desk.door.token}"
    for _ in range(3):  # a preview of the link uses nothing up
        page = browser.page(address)
        assert page.find(".//input[@name='name']").get("value") == "Ann Bell"
    other = Browser(make_datasette(desk.path, desk=desk))
    others = other.token(address)
    answer = browser.sign_in(desk.door.token, "Bo  Carr")
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert "Signed in as Bo Carr" in browser.page("/review").find_class("reviewer")[0].text_content()
    assert other.ask("GET", address).status_code == 403
    assert other.send("/review/sign-in", {"token": desk.door.token, "name": "Eve"}, token=others).status_code == 403
    assert "Signed in" not in other.ask("GET", "/review").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser, desk: Desk) -> None:
    browser.sign_in(desk.door.token)
    (cookie,) = [cookie for cookie in browser.set_cookies if cookie.startswith("reviewer=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=strict"}, "and no Max-Age: it ends with the browser"
    assert desk.door.token not in cookie


@pytest.mark.parametrize("forged", ["", "x", "IngiLA.AAAA", '"; reviewer="'])
def test_a_forged_session_is_none(browser: Browser, desk: Desk, forged: str) -> None:
    browser.sign_in(desk.door.token)
    browser.cookies["reviewer"] = forged or browser.cookies["reviewer"][:-1]
    assert "Signed in" not in browser.ask("GET", "/review").text


def test_a_token_is_long_and_good_for_some_minutes_only() -> None:
    clock = Clock()
    door = Door(clock=clock)
    assert len(door.token) >= 22, "128 bits need 22 characters of base 64"
    assert door.token != Door().token
    assert door.token not in repr(door)
    for wrong in ("", door.token[:-1], door.token.swapcase(), f"{door.token}=", "é"):
        assert not door.fits(wrong)
    clock.now += LINK_SECONDS - 1
    assert door.fits(door.token)
    clock.now += 1
    assert not door.fits(door.token)
    with pytest.raises(Refused, match="too old"):
        door.open(door.token, "Ann")


def test_a_token_opens_one_session() -> None:
    door = Door()
    one = door.open(door.token, "Ann")
    with pytest.raises(Refused):
        door.open(door.token, "Eve")
    session = door.session(one)
    assert session
    assert session.name == "Ann"
    door.close(one)
    assert door.session(one) is None


def test_signing_out_ends_the_session_for_good(browser: Browser, desk: Desk) -> None:
    browser.sign_in(desk.door.token)
    kept = dict(browser.cookies)
    assert browser.send("/review/sign-out", {}, token=browser.token("/review")).status_code == 303
    assert "Signed in" not in browser.ask("GET", "/review").text
    browser.cookies = kept
    assert "Signed in" not in browser.ask("GET", "/review").text, "also for whoever kept the cookie"


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "A\x00B", "A\x1bB"])
def test_a_reviewer_has_a_name(browser: Browser, desk: Desk, name: str) -> None:
    assert browser.sign_in(desk.door.token, name).status_code in (400, 403)
    assert browser.sign_in(desk.door.token).status_code == 303, "the link was not used up"


def test_without_a_desk_there_is_nowhere_to_write(site: Site) -> None:
    browser = Browser(site.datasette)
    for path in ("/review/sign-in", "/review/sign-out", "/review/say"):
        for method in ("GET", "POST"):
            assert browser.ask(method, path, form={} if method == "POST" else None, origin=ORIGIN).status_code == 404
    text = browser.ask("GET", "/review").text
    assert "<form" not in text
    assert "Review it" not in browser.ask("GET", f"/pledge/{site.names['first']}").text


def test_an_anonymous_visitor_writes_nothing(
    browser: Browser, desk: Desk, database: tuple[Path, dict[str, str]]
) -> None:
    path, names = database
    before = reviews(path)
    assert "<form" not in browser.ask("GET", "/review").text
    for form in (
        {"action": "accept", "ref": names["first"]},
        {"action": "reject", "a": names["first"], "b": names["second"]},
    ):
        assert browser.ask("POST", "/review/say", form=form, origin=ORIGIN).status_code == 403
    assert browser.ask("POST", "/review/sign-out", form={}, origin=ORIGIN).status_code == 403
    assert reviews(path) == before


def test_what_other_sites_send_is_refused(browser: Browser, desk: Desk, database: tuple[Path, dict[str, str]]) -> None:
    path, names = database
    browser.sign_in(desk.door.token)
    token = browser.token("/review")
    before = reviews(path)
    form = {"action": "accept", "ref": names["first"]}
    with_token = {**form, "csrftoken": token}
    headers: list[dict[str, str]] = [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://localhost:81"},
        {"origin": "null"},
        {"origin": "http://[", "referer": ORIGIN},
        {"referer": "https://evil.example/localhost"},
        {"origin": ORIGIN, "sec_fetch_site": "cross-site"},
        {"origin": ORIGIN, "sec_fetch_site": "same-site"},
        {},
    ]
    for sent in headers:
        assert browser.ask("POST", "/review/say", form=with_token, **sent).status_code == 403, sent
    for spoilt in (form, {**form, "csrftoken": ""}, {**form, "csrftoken": token[:-1]}, {**form, "csrftoken": "x"}):
        assert browser.ask("POST", "/review/say", form=spoilt, origin=ORIGIN).status_code == 403, spoilt
    assert browser.ask("GET", "/review/say").status_code == 403
    assert reviews(path) == before


def test_signing_in_needs_a_form_of_our_own_too(browser: Browser, desk: Desk) -> None:
    """Else another site could sign a visitor in under a name of its choice."""
    form = {"token": desk.door.token, "name": "Eve"}
    assert browser.ask("POST", "/review/sign-in", form=form, origin=ORIGIN).status_code == 403, "no cookie, no token"
    token = browser.token(f"/review/sign-in?token={desk.door.token}")
    sent = browser.ask("POST", "/review/sign-in", form={**form, "csrftoken": token}, origin="https://evil.example")
    assert sent.status_code == 403
    assert browser.sign_in(desk.door.token).status_code == 303


def test_a_form_that_is_no_text_is_refused(browser: Browser) -> None:
    headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    answer = asyncio.run(browser.client.post("/review/sign-in", headers=headers, content=b"name=\xff"))
    assert answer.status_code == 403
    assert "not UTF-8" in answer.text


def test_a_token_is_never_logged(
    browser: Browser, desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also not where the page itself fails."""

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("broken page")

    monkeypatch.setattr("extractor.web.page.render", fail)
    with pytest.raises(RuntimeError):
        browser.ask("GET", f"/review/sign-in?token={desk.door.token}")
    assert desk.door.token not in caplog.text


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        asked.append((one, other))
        return one == other

    monkeypatch.setattr("secrets.compare_digest", compare)
    door = Door()
    assert not door.fits("x")
    assert asked == [(b"x", door.token.encode())]
