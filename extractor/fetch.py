"""Download the public documents of a list of sources: the only module that uses the network, and only when asked to."""

import json
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from itertools import chain, count
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
# What no download may be called.
_TAKEN = frozenset({"", "..", RECORD})
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
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise WrongUsage(f"{path}: no [[document]] in it")
    problems = [f"document {n}: {problem}" for n, entry in enumerate(entries, 1) for problem in _problems(entry)]
    if problems:
        raise WrongUsage(f"{path}: " + "; ".join(problems))
    return entries


def _problems(entry: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown key {key!r}" for key in sorted(set(entry) - _KEYS))
    try:
        scheme = urlsplit(str(entry.get("url", ""))).scheme
    except ValueError:
        scheme = ""
    if scheme != "https":
        yield "its url must begin with https://"
    if entry.get("kind", "other") not in KINDS:
        yield f"{entry['kind']!r} is no kind of document"
    name = entry.get("name", "a")
    if not isinstance(name, str) or PurePosixPath(name).name != name or name in _TAKEN:
        yield f"{name!r} is no name for its file"


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
    record = _read_record(record_file)
    for entry in entries:
        named = PurePosixPath(urlsplit(entry["url"]).path).name
        name = entry.get("name") or ("index.html" if named in _TAKEN else named)
        try:
            raw = get(entry["url"])
        except (OSError, HTTPException, ValueError) as problem:
            # A ValueError is how urllib meets an address that it cannot ask for, also where it is sent on to one.
            yield Outcome(name, "failed", str(problem) or type(problem).__name__)
            continue
        found = content_hash(raw)
        if entry.get("sha256", found) != found:
            yield Outcome(name, "failed", f"sha256 {found} is not the one listed")
            continue
        before = record.get(entry["url"])
        kept = before is not None and (output / before["name"]).is_file()
        if before is not None and kept and before["sha256"] == found:
            yield Outcome(name, "unchanged", found)
            continue
        target = _free_name(output, name, found)
        target.write_bytes(raw)
        sidecar = {key: entry[key] for key in _SIDECAR_KEYS if key in entry}
        # After the whole name: plan.pdf and plan.html have a sidecar each.
        target.with_name(target.name + ".meta.json").write_text(
            json.dumps(sidecar, indent=1, default=str, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        record[entry["url"]] = {
            "sha256": found,
            "name": target.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        record_file.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        yield Outcome(target.name, "changed" if kept else "fetched", f"{len(raw):,} bytes, sha256 {found}")


def _read_record(file: Path) -> dict[str, dict[str, str]]:
    """What was fetched before, by address. Raises WrongUsage where the file is not what this module writes."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise WrongUsage(f"{file} cannot be read, move it away to begin anew: {problem}") from problem
    if not isinstance(record, dict) or any(
        not isinstance(entry, dict) or not {"sha256", "name"} <= entry.keys() for entry in record.values()
    ):
        raise WrongUsage(f"{file} is no record of downloads, move it away to begin anew")
    return record


def _free_name(output: Path, name: str, sha256: str) -> Path:
    """The name itself, else with the beginning of the hash, else with a number as well: whatever no file has."""
    plain = output / name
    marks = chain(["", f".{sha256[:8]}"], (f".{sha256[:8]}.{number}" for number in count(2)))
    return next(path for mark in marks if not (path := plain.with_name(plain.stem + mark + plain.suffix)).exists())
