"""Who may write: the one-time link that signs a reviewer in, the session it opens, and what a form must bring along."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from itsdangerous import BadSignature

from extractor.errors import ExtractorError
from extractor.store.tables.judgements import DELIVERIES

COOKIE = "reviewer"
_NAMESPACE = "reviewer"
# 256 random bits: nobody can guess a link or a session.
BYTES = 32
LINK_SECONDS = 15 * 60
LONGEST_FIELD = 2_000


class Refused(ExtractorError):
    """Somebody may not do this, or a form came from another site: status 403."""


@dataclass(slots=True)
class Session:
    """A reviewer who is signed in, and what there is to tell them on their next page."""

    name: str
    notice: str = ""

    def take_notice(self) -> str:
        """What there is to tell, once."""
        told, self.notice = self.notice, ""
        return told


@dataclass(slots=True)
class Door:
    """The way in: one link, good once and for LINK_SECONDS, and the sessions that are open. Kept in memory alone.

    `name` is proposed to whoever signs in; `clock` gives seconds that only go forward.
    """

    name: str = ""
    clock: Callable[[], float] = time.monotonic
    token: str = field(default_factory=lambda: secrets.token_urlsafe(BYTES), repr=False)
    _until: float | None = field(default=None, repr=False)
    _sessions: dict[str, Session] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._until = self.clock() + LINK_SECONDS

    def fits(self, token: str) -> bool:
        """Whether this is the link's token and the link is still good; takes as long for any wrong one."""
        right = secrets.compare_digest(token.encode(), self.token.encode())
        return right and self._until is not None and self.clock() < self._until

    def open(self, token: str, name: str) -> str:
        """Use the link up: the id of a new session. Raises Refused where it does not fit, or was used or is too old."""
        if not self.fits(token):
            raise Refused("This link was used already, is too old or is not the one that was printed.")
        self._until = None
        id = secrets.token_urlsafe(BYTES)
        self._sessions[id] = Session(name)
        return id

    def session(self, id: str) -> Session | None:
        """The open session with this id."""
        return self._sessions.get(id)

    def close(self, id: str) -> None:
        """End a session."""
        self._sessions.pop(id, None)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """What a template needs to offer a signed-in reviewer forms: their session, and the token that each form needs."""

    session: Session
    token: Callable[[], str]
    deliveries: ClassVar[tuple[str, ...]] = DELIVERIES

    @property
    def name(self) -> str:
        return self.session.name


def reviewer(datasette: Any, request: Any, door: Door) -> Reviewer | None:
    """Who is signed in, if anybody is."""
    session = door.session(session_id(datasette, request))
    return Reviewer(session, request.scope["csrftoken"]) if session else None


def session_id(datasette: Any, request: Any) -> str:
    """The id of the session that a request names in its signed cookie; "" for none or a forged one."""
    try:
        return str(datasette.unsign(request.cookies.get(COOKIE, ""), _NAMESPACE))
    except BadSignature:
        return ""


def set_cookie(datasette: Any, request: Any, response: Any, id: str) -> None:
    """Send the session's id to the browser, which keeps it until it is closed and sends it to no other site's calls."""
    signed = datasette.sign(id, _NAMESPACE) if id else ""
    response.set_cookie(
        COOKIE,
        signed,
        max_age=None if id else 0,
        httponly=True,
        samesite="strict",
        secure=request.scheme == "https",
    )


async def read_form(request: Any) -> Mapping[str, str]:
    """The fields of a form that one of our own pages sent, without surrounding white space.

    Raises Refused where the browser names another site, or no site at all, as the one that asked
    (https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html), and where
    the token is missing that only our pages can read. Datasette checks it, too, but lets pass what brings no cookie.
    """
    if request.method != "POST":
        raise Refused("This address only takes what a form sends.")
    if not _from_here(request):
        raise Refused("This did not come from a page of this site, so nothing was changed.")
    try:
        form = {name: value.strip() for name, value in (await request.post_vars()).items()}
    except UnicodeDecodeError:
        raise Refused("This is no form of ours: its text is not UTF-8.") from None
    if not secrets.compare_digest(form.get("csrftoken", "").encode(), request.scope["csrftoken"]().encode()):
        raise Refused("This form is out of date, so nothing was changed. Load its page again and send it anew.")
    for name, value in form.items():
        if len(value) > LONGEST_FIELD or "\x00" in value:
            raise Refused(f"“{name[:40]}” is longer than {LONGEST_FIELD} characters or holds what is no text.")
    return form


def _from_here(request: Any) -> bool:
    """Whether the browser says that a page of this very host sent the request."""
    headers = request.headers
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    came_from = headers.get("origin") or headers.get("referer") or ""
    try:
        return bool(urlsplit(came_from).netloc) and urlsplit(came_from).netloc == request.host
    except ValueError:
        return False
