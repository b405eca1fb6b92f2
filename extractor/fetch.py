"""Download the public documents of a list of sources: the only module that uses the network, and only when asked to."""

import json
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Literal
from urllib.parse import urlsplit

from extractor.errors import WrongUsage
from extractor.ids import content_hash
from extractor.records import KINDS
from extractor.settings import __version__

SECONDS = 60
MAX_BYTES = 200_000_000
RECORD = "fetched.json"
_KEYS = {"title", "publisher", "published", "kind", "url", "licence", "series", "sha256", "name"}
_SIDECAR_KEYS = ("title", "publisher", "published", "kind", "url", "licence", "series")

Download = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: "fetched", "unchanged", "changed" (kept beside the older version) or "failed"."""

    name: str
    what: Literal["fetched", "unchanged", "changed", "failed"]
    detail: str

    @property
    def failed(self) -> bool:
        return self.what == "failed"


def read_sources(path: Path) -> list[Mapping[str, Any]]:
    """The `[[document]]` entries of a list of sources. Raises WrongUsage listing every problem."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("document", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"{path}: {problem}") from problem
    problems = [] if entries else ["no [[document]] in it"]
    for number, entry in enumerate(entries, 1):
        problems += [f"document {number}: unknown key {key!r}" for key in sorted(set(entry) - _KEYS)]
        if urlsplit(str(entry.get("url", ""))).scheme != "https":
            problems.append(f"document {number}: its url must begin with https://")
        if entry.get("kind", "other") not in KINDS:
            problems.append(f"document {number}: {entry['kind']!r} is no kind of document")
    if problems:
        raise WrongUsage(f"{path}: " + "; ".join(problems))
    return list(entries)


def download(url: str) -> bytes:
    """The bytes at a URL, within limits of time and size. Raises OSError where they cannot be had."""
    request = urllib.request.Request(url, headers={"User-Agent": f"commitment-extractor/{__version__}"})
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        raw: bytes = response.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise OSError(f"larger than {MAX_BYTES:,} bytes")
    return raw


def fetch_sources(sources: Path, output: Path, *, get: Download = download) -> Iterator[Outcome]:
    """Download every source into the folder `output`, each with a sidecar, and yield what became of it.

    The hash of each download is kept in fetched.json. Bytes that differ from the hash named in the list are refused;
    bytes that differ from an earlier download are kept under a further name: nothing is overwritten.
    """
    entries = read_sources(sources)
    output.mkdir(parents=True, exist_ok=True)
    record_file = output / RECORD
    record: dict[str, dict[str, str]] = (
        json.loads(record_file.read_text(encoding="utf-8")) if record_file.exists() else {}
    )
    for entry in entries:
        name = entry.get("name") or PurePosixPath(urlsplit(entry["url"]).path).name or "index.html"
        try:
            raw = get(entry["url"])
        except (OSError, urllib.error.URLError) as problem:
            yield Outcome(name, "failed", str(problem))
            continue
        found = content_hash(raw)
        if entry.get("sha256", found) != found:
            yield Outcome(name, "failed", f"sha256 {found} is not the one listed")
            continue
        before = record.get(entry["url"], {}).get("sha256")
        if before == found:
            yield Outcome(name, "unchanged", found)
            continue
        target = _free_name(output, name, found)
        target.write_bytes(raw)
        sidecar = {key: entry[key] for key in _SIDECAR_KEYS if key in entry}
        target.with_name(target.stem + ".meta.json").write_text(
            json.dumps(sidecar, indent=1, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        record[entry["url"]] = {
            "sha256": found,
            "name": target.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        record_file.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        yield Outcome(target.name, "changed" if before else "fetched", f"{len(raw):,} bytes, sha256 {found}")


def _free_name(output: Path, name: str, sha256: str) -> Path:
    target = output / name
    if target.exists():
        target = output / f"{target.stem}.{sha256[:8]}{target.suffix}"
    return target
