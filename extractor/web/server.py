"""Puts a commitments database behind Datasette with our pages, and serves it."""

import json
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from extractor import web
from extractor.errors import WrongUsage
from extractor.settings import shipped
from extractor.store.schema import open_database
from extractor.web.page import DATABASE

SETTINGS = {
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 500,
    "max_returned_rows": 2000,
    "truncate_cells_html": 200,
    # the file would hold the full text of documents whose licence may not allow passing it on
    "allow_download": False,
}


def make_datasette(db_path: Path) -> Any:
    """A Datasette application for the database at `db_path`, served under the name `commitments`.

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
    return datasette


def serve(db_path: Path, *, host: str, port: int) -> None:
    """Serve the database at `db_path` until interrupted. Raises WrongUsage where the address cannot be bound."""
    datasette = make_datasette(db_path)
    with _listening(host, port) as listener:
        server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning", lifespan="on"))
        server.run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address, bound here so that a port in use is one clear line and not a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as problem:
        listener.close()
        raise WrongUsage(
            f"cannot serve on {host}, port {port}: {getattr(problem, 'strerror', None) or problem}"
        ) from problem
    return listener
