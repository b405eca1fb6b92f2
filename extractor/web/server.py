"""Puts a commitments database behind Datasette with our pages, and serves it."""

import json
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from extractor import web
from extractor.errors import WrongUsage
from extractor.settings import Settings, shipped
from extractor.store.schema import open_database
from extractor.web.desk import Desk
from extractor.web.page import DATABASE
from extractor.web.reviewing import SIGN_IN

SETTINGS = {
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "max_returned_rows": 2000,
    "truncate_cells_html": 200,
    # the file would hold the full text of documents whose licence may not allow passing it on
    "allow_download": False,
    # of each of the connections that read: the indexes that lists are read from stay in memory
    "cache_size_kb": 64_000,
}
# Seconds after which a thread that works in Python lets another one go on. Each row of an answer is handed over by a
# thread that has to wait for this, so that the usual 5 ms would make 25 rows slow beside another page being written.
SWITCH = 0.0005


def make_datasette(db_path: Path, *, desk: Desk | None = None, settings: Settings | None = None) -> Any:
    """A Datasette application for the database at `db_path`, served under the name `commitments`.

    Reviewers can sign in and write where there is a `desk` for them; else nobody can. `settings` bound the drawing of
    pages (default: the shipped ones).
    Raises WrongUsage where there is no such database, or it is not one of ours.
    """
    open_database(db_path, create=False).close()
    # Installed, the plugin is registered by its entry point; from a checkout that is not installed, here.
    if not pm.is_registered(web):
        pm.register(web, name=DATABASE)
    metadata = json.loads(shipped("datasette_metadata.json").read_text(encoding="utf-8"))
    datasette = Datasette([str(db_path)], metadata=metadata, settings=SETTINGS)
    database = datasette.get_database()
    if database.name != DATABASE:
        datasette.remove_database(database.name)
        datasette.add_database(database, name=DATABASE)
    datasette.reviewers_desk = desk
    datasette.program_settings = settings or Settings()
    return datasette


def serve(
    db_path: Path,
    *,
    host: str,
    port: int,
    desk: Desk | None = None,
    settings: Settings | None = None,
    ready: Callable[[str, str | None], None] = lambda address, link: None,
) -> None:
    """Serve the database at `db_path` until interrupted.

    `ready` is told the address, and with a `desk` the link that signs one reviewer in, when the address is bound.
    Raises WrongUsage where it cannot be.
    """
    sys.setswitchinterval(SWITCH)
    datasette = make_datasette(db_path, desk=desk, settings=settings)
    with _listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        ready(address, f"{address}{SIGN_IN.lstrip('/')}?{urlencode({'token': desk.door.token})}" if desk else None)
        config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def _address(host: str, port: int) -> str:
    """Where a browser on this machine finds the server."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, bound here so that a port in use is one clear line and not a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named: asyncio sends without delay (TCP_NODELAY) only where it is, else every answer on a
    # connection that is kept open waits 40 ms for an acknowledgement
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # at once, so that whoever is told the address waits for the server and is not refused
        listener.listen()
    except (OSError, OverflowError) as problem:
        listener.close()
        raise WrongUsage(
            f"cannot serve on {host}, port {port}: {getattr(problem, 'strerror', None) or problem}"
        ) from problem
    return listener
