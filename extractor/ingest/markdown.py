"""Markdown: front matter (YAML or TOML) for the metadata, the body through markdown-it and the reader of HTML."""

import tomllib
from collections.abc import Mapping

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from extractor.errors import too_large
from extractor.ingest import html
from extractor.ingest.days import iso_day
from extractor.ingest.detect import decode, front_matter
from extractor.ingest.layout import Reading, lay_out
from extractor.settings import Settings

_NAMES = {
    "title": ("title",),
    "kind": ("kind",),
    "publisher": ("publisher", "organisation", "organization", "organisations"),
    "published": ("published", "date", "issued", "publication_date", "publishDate", "first_published"),
    "url": ("url", "source", "canonical_url", "canonical"),
    "series": ("series",),
    "licence": ("licence", "license"),
}
# When a file was made is weaker than a date in its text.
_HINTS = {"published": ("created", "updated", "lastmod", "modified")}
# Each level of a list nests two deep; brackets that never close cost as many steps each as may nest.
MAX_NESTING = 40


def read(raw: bytes, settings: Settings) -> Reading:
    """Read a Markdown file. Front matter that cannot be parsed is kept out of the text and named in a warning.

    Raises Rejected("too-large") for a source longer than a text may be, before it is parsed.
    """
    source = decode(raw)
    if len(source) > settings.max_characters:
        raise too_large(f"{len(source):,} characters of Markdown", settings.max_characters, "max_characters")
    embedded: dict[str, str] = {}
    hints: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    front = front_matter(source)
    if front is not None:
        source = source[front.end() :]
        try:
            given = _parsed(front["matter"], front["fence"])
            embedded, hints = _fields(given, _NAMES), _fields(given, _HINTS)
        except (yaml.YAMLError, ValueError, RecursionError) as problem:
            said = str(problem).strip().splitlines() or [type(problem).__name__]
            warnings = (f"the front matter was not used: {said[0]}",)
    rendered = _parser().render(source)
    if not rendered.strip():
        return Reading("", (), embedded=embedded, hints=hints, warnings=warnings)
    text, blocks = lay_out(html.pieces(html.parse(rendered)))
    return Reading(text, blocks, embedded=embedded, hints=hints, warnings=warnings)


def _parser() -> MarkdownIt:
    """CommonMark with what GitHub and Pandoc added to it: tables, task lists, footnotes, definition lists."""
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    return parser.use(footnote_plugin).use(deflist_plugin).use(tasklists_plugin)


def _parsed(matter: str, fence: str) -> object:
    return tomllib.loads(matter.replace("\r\n", "\n")) if fence == "+++" else yaml.safe_load(matter)


def _fields(given: object, names_of: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Front matter in the sidecar's terms, by the names its writers use; days in ISO form or day/month/year."""
    if not isinstance(given, dict):
        return {}
    found = {}
    for field, names in names_of.items():
        values = (_first(given[name]) for name in names if name in given)
        # YAML and TOML have read an ISO day as a date already
        texts = (iso_day(value) if field == "published" else value for value in values)
        text = next(filter(None, texts), None)
        if text:
            found[field] = text
    return found


def _first(value: object) -> str:
    """A value as text: of several the first, of an object its name; empty for anything else."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return "" if value is None or isinstance(value, list | dict) else str(value).strip()
