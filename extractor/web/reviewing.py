"""What a signed-in reviewer can do on the web: signing in and out, and the one address that every form is sent to."""

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import sqlite_utils
from datasette.utils.asgi import Response

from extractor.errors import WrongUsage
from extractor.store import judgements, reviews
from extractor.store.corrected import NOTHING, OPEN
from extractor.store.judgements import Remark
from extractor.web import page, signing
from extractor.web.desk import Busy, Desk, desk_of

Form = Mapping[str, str]
Say = Callable[[sqlite_utils.Database, Form, Remark], bool]
View = Callable[[Any, Any, Desk], Awaitable[Any]]

SIGN_IN = "/review/sign-in"
LONGEST_NAME = 100


def _deadline(form: Form) -> str:
    """The two days of a form as one value: "none" where both are empty."""
    first, last = form["first"], form["last"]
    return f"{first or OPEN}/{last or OPEN}" if first or last else NOTHING


def _value(form: Form) -> str:
    return _deadline(form) if form["field"] == "deadline" else form["value"] or NOTHING


def _judgement(judge: Callable[..., None], *names: str) -> Say:
    """What a form does whose fields `names` are what is judged; linking depends on it in any case."""

    def say_it(db: sqlite_utils.Database, form: Form, remark: Remark) -> bool:
        judge(db, *(form[name] for name in names), remark=remark)
        return True

    return say_it


def _status(db: sqlite_utils.Database, form: Form, remark: Remark) -> bool:
    return reviews.status(db, form["ref"], form["value"], evidence=form["evidence"] or None, remark=remark)


# What each form does, by the value of its field "action"; it says whether linking depends on that.
ACTIONS: Mapping[str, Say] = {
    "accept": lambda db, form, remark: reviews.accept(db, form["ref"], remark=remark),
    "dismiss": lambda db, form, remark: reviews.dismiss(db, form["ref"], remark=remark),
    "correct": lambda db, form, remark: reviews.correct(db, form["ref"], form["field"], _value(form), remark=remark),
    "status": _status,
    "withdraw": lambda db, form, remark: reviews.withdraw(db, form["ref"], form["field"] or None, remark=remark),
    "correct-document": lambda db, form, remark: reviews.correct_document(
        db, form["document"], form["field"], form["value"], remark=remark
    ),
    "withdraw-document": lambda db, form, remark: reviews.withdraw_document(
        db, form["document"], form["field"] or None, remark=remark
    ),
    "confirm": _judgement(judgements.confirm, "a", "b"),
    "reject": _judgement(judgements.reject, "a", "b"),
    "merge": _judgement(judgements.merge, "thread", "other"),
    "split": _judgement(judgements.split, "ref"),
    "merge-owner": _judgement(judgements.merge_owner, "owner", "into"),
    "split-owner": _judgement(judgements.split_owner, "owner"),
}


def desked(view: View) -> page.View:
    """A view that is only there where reviewers can sign in; what it refuses becomes a page of ours."""

    # not by functools.wraps: Datasette would read the signature of what is wrapped
    async def safe(datasette: Any, request: Any) -> Any:
        desk = desk_of(datasette)
        if desk is None:
            raise page.NothingHere("Nobody can review here: the pages are served for reading only.")
        try:
            response = await view(datasette, request, desk)
        except signing.Refused as refusal:
            response = page.problem(datasette, request, HTTPStatus.FORBIDDEN, str(refusal))
        except WrongUsage as problem:
            response = page.problem(datasette, request, HTTPStatus.BAD_REQUEST, f"Nothing was changed: {problem}.")
        except Busy as problem:
            response = page.problem(datasette, request, HTTPStatus.SERVICE_UNAVAILABLE, str(problem))
        response.headers["Cache-Control"] = "no-store"
        return response

    return safe


@desked
async def sign_in(datasette: Any, request: Any, desk: Desk) -> Any:
    """The page behind the link, which uses nothing up; its form signs in."""
    if request.method != "POST":
        token = request.args.get("token") or ""
        if not desk.door.fits(token):
            raise signing.Refused(
                "This link was used already, is too old or is not the one that was printed. Start the server again "
                "for a new one."
            )
        context = {"token": token, "name": desk.door.name, "csrftoken": request.scope["csrftoken"]()}
        return page.render(datasette, "sign_in.html", context, request=request)
    form = await signing.read_form(request)
    name = " ".join(form.get("name", "").split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise WrongUsage(f"a reviewer needs a name of 1 to {LONGEST_NAME} characters")
    id = desk.door.open(form.get("token", ""), name)
    response = _see_other(datasette.urls.path("/review"))
    signing.set_cookie(datasette, request, response, id)
    return response


@desked
async def sign_out(datasette: Any, request: Any, desk: Desk) -> Any:
    """End the session here and in the browser."""
    _session(datasette, request, desk)
    await signing.read_form(request)
    desk.door.close(signing.session_id(datasette, request))
    response = _see_other(datasette.urls.path("/"))
    signing.set_cookie(datasette, request, response, "")
    return response


@desked
async def say(datasette: Any, request: Any, desk: Desk) -> Any:
    """Write down what a form says, link again where that follows from it, and go back to where the form stood."""
    session = _session(datasette, request, desk)
    form = await signing.read_form(request)
    action = ACTIONS.get(form.get("action", ""))
    if action is None:
        raise WrongUsage("the form does not say what to do")
    remark = Remark(form.get("note") or None, session.name)
    # what a form lacks is empty: the store says what is wrong with it
    fields = defaultdict(str, form)
    before = await desk.write(lambda db: action(db, fields, remark))
    if before is None:
        session.notice = "Written down."
    else:
        await desk.link_again(session, before)
    return _see_other(_back(datasette, form))


def _session(datasette: Any, request: Any, desk: Desk) -> signing.Session:
    session = desk.door.session(signing.session_id(datasette, request))
    if session is None:
        raise signing.Refused("Only a reviewer who is signed in can do this.")
    return session


def _back(datasette: Any, form: Form) -> str:
    """The page of ours to go back to: a path, so that no form can lead anywhere else."""
    back = form.get("back", "")
    # "//host" and "/\host" are other sites to a browser.
    return back if re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", back) else str(datasette.urls.path("/review"))


def _see_other(address: str) -> Any:
    return Response("", status=HTTPStatus.SEE_OTHER.value, headers={**page.SECURITY_HEADERS, "Location": address})
