"""The page that says what counts, how well it is found, where it goes wrong and how to cite it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from extractor.errors import ModelError
from extractor.settings import shipped
from extractor.web import data, page, queries, words

COLUMNS = ("fact", "measure", "value", "items", "measured_on")


def accuracy(path: Path) -> list[dict[str, Any]] | None:
    """The measured figures, or None where none are shipped.

    The file holds a JSON list; each entry has `fact` (what is found), `measure` (F1, share right …), `value` (0 to 1),
    `items` (how many it was measured on) and `measured_on` (which documents). Raises ModelError for any other content.
    """
    if not path.exists():
        return None
    try:
        figures = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ModelError(f"{path}: {problem}") from problem
    if not isinstance(figures, list) or any(not isinstance(f, dict) or not set(COLUMNS) <= f.keys() for f in figures):
        raise ModelError(f"{path}: each figure needs {', '.join(COLUMNS)}")
    return figures


async def method(datasette: Any, request: Any) -> Any:
    """What counts, accuracy, limits, citation, licence."""

    def look(connection: sqlite3.Connection) -> dict[str, object]:
        return {"counts": queries.counts(connection), "run": queries.latest_run(connection)}

    context: dict[str, Any] = {
        "origin": page.site(datasette, request),
        "figures": accuracy(shipped("models") / "accuracy.json"),
        "certainty": words.CERTAINTY,
        "strengths": words.STRENGTHS,
        "voices": [(words.VOICE_NAMES[voice], meaning) for voice, meaning in words.VOICES.items()],
        "mentions": [(words.MENTION_NAMES[kind], meaning) for kind, meaning in words.MENTIONS.items()],
        "progress_kinds": words.PROGRESS_KINDS,
        "states": words.STATES,
        **await page.read(datasette, look),
    }
    table = data.whole(COLUMNS, context["figures"] or [])
    return await data.answer(datasette, "method.html", context, request=request, table=table)
