"""Markdown: YAML front matter for the metadata, the body through markdown-it and the reader of HTML."""

import re
from collections.abc import Mapping

import yaml
from markdown_it import MarkdownIt

from extractor.ingest import html
from extractor.ingest.days import iso_day
from extractor.ingest.detect import decode, is_front_matter
from extractor.ingest.layout import Reading, lay_out

_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_NAMES = {
    "title": ("title",),
    "kind": ("kind",),
    "publisher": ("publisher", "organisation", "organization"),
    "published": ("published", "date", "issued"),
    "url": ("url", "source", "canonical_url"),
    "series": ("series",),
    "licence": ("licence", "license"),
}


def read(raw: bytes) -> Reading:
    """Read a Markdown file. Front matter that is no YAML is kept out of the text and named in a warning."""
    source = decode(raw)
    embedded: dict[str, str] = {}
    hints: dict[str, str] = {}
    warnings: tuple[str, ...] = ()
    if is_front_matter(source):
        _, matter, body = _FENCE.split(source, maxsplit=2)
        try:
            given = yaml.safe_load(matter)
            embedded, hints = _fields(given, _NAMES), _fields(given, {"published": ("created",)})
        except (yaml.YAMLError, ValueError) as problem:
            warnings = (f"the front matter was not used: {str(problem).splitlines()[0]}",)
        source = body
    rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source)
    if not rendered.strip():
        return Reading("", (), embedded=embedded, warnings=warnings)
    text, blocks = lay_out(html.pieces(html.parse(rendered)))
    return Reading(text, blocks, embedded=embedded, hints=hints, warnings=warnings)


def _fields(given: object, names_of: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Front matter in the sidecar's terms, by the names its writers use; days in ISO form or day/month/year."""
    if not isinstance(given, dict):
        return {}
    found = {}
    for field, names in names_of.items():
        value = next((given[name] for name in names if given.get(name) not in (None, "")), None)
        if value is None or isinstance(value, dict | list):
            continue
        # YAML has read an ISO day as a date already
        text = iso_day(str(value)) if field == "published" else str(value).strip()
        if text:
            found[field] = text
    return found
