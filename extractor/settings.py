"""One frozen set of settings, read once, every problem in a settings file reported at once."""

import dataclasses
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage
from extractor.ids import content_hash, short_id

PACKAGE = Path(__file__).parent
__version__ = "0.1.0"


def shipped(name: str) -> Path:
    """Where something that the project ships lies: inside an installed wheel, or at the top of a checkout."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name


# Beside the models, but read by people alone.
_NOT_READ_WITH = frozenset({"README.md", "LICENCES.md", "figures.json", "accuracy.json"})


# To be changed where the same weights are read in another way, so that no vectors of both are compared: 2 is the
# sentence encoder in eight-bit integers.
_READ_AS = b"2"


@cache
def models_digest(encoder: str = "") -> str:
    """A hash of all that documents are read with: shipped models, the domain's TOML files, and which encoder links.

    Two runs with the same digest read alike, and their vectors can be compared.
    """
    digest = hashlib.sha256(encoder.encode() + b"\0" + _READ_AS)
    files = [path for path in shipped("models").rglob("*") if path.is_file() and path.name not in _NOT_READ_WITH]
    # by name, not by path: in a wheel the models lie elsewhere than in a checkout
    for file in sorted([*files, *PACKAGE.rglob("*.toml")], key=lambda path: (path.name, path.parent.name)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and thresholds. Each default says where it came from."""

    # A 1 GB text file is no policy document; the longest white papers stay under 20 MB as PDF.
    max_file_bytes: int = 200_000_000
    # Ten million characters are some 4,000 pages.
    max_characters: int = 10_000_000
    # What a packed file (PDF, Word, OpenDocument) may unpack to, pictures aside: fifty times the longest white papers.
    max_unpacked_bytes: int = 500_000_000
    # One packed part, such as a PDF's stream or the body of a Word document: some 3,000 pages of Word's XML, whose tree
    # takes half a gigabyte of memory; pdfium takes twice the length of a stream.
    max_part_bytes: int = 60_000_000
    # The longest reports have some 3,000 pages; a PDF of 16 kB can claim a million.
    max_pages: int = 5_000
    # Letters, lines and pictures on one page of a PDF: the densest map seen has some 300,000, and for each pdfium takes
    # half a kilobyte of memory.
    max_page_objects: int = 1_000_000
    # The same for all pages together, however often they draw the same: what can be read in a minute or two.
    max_objects: int = 20_000_000
    # Pixels of one scanned page: A2 at 300 dots an inch; what is larger is drawn coarser.
    max_page_pixels: int = 40_000_000
    # What scanned pages are written in, in Tesseract's names, joined by plus signs ("eng+cym").
    ocr_languages: str = "eng"
    # Dots an inch for recognition; at 200 it is a third faster and less sure of small print.
    ocr_dpi: int = 300
    # Seconds for one scanned page; a full one takes one or two.
    ocr_page_seconds: int = 60
    # Mean confidence of a page below which its words are not used: worn pages have 0.9, upside-down ones 0.3.
    ocr_least_confidence: float = 0.5
    # How many nearest statements of other documents are looked at for a link.
    link_neighbours: int = 20
    # Least probability of a link that is stored; below 0.5 two statements count as unrelated anyway.
    link_threshold: float = 0.5
    # A folder with another sentence-transformers model to link by; empty: the pinned all-MiniLM-L6-v2.
    encoder: str = ""
    # Of which PDFs a copy is kept beside the database, so that their pages can be shown: "licensed" (those with a
    # licence that allows it), "all" (whoever runs this answers for it) or "none". A change counts from the next run on.
    publish_pages: str = "licensed"
    # Pictures of pages that are kept once drawn: some 1,000 at 150 kB.
    page_cache_bytes: int = 200_000_000
    # Seconds for drawing a page; the densest maps take five.
    page_seconds: int = 15
    # Seconds of a worker for one document, models not counted: the longest scanned reports take a quarter of an hour.
    document_seconds: int = 3_600
    # Memory of a worker (RLIMIT_DATA, models and all), in bytes; 0: no limit but the machine's.
    worker_bytes: int = 0
    # Further lexicon files (TOML) that add to the shipped ones.
    lexicon_files: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        problems = [f"{name} must be at least 1" for name in _COUNTS if getattr(self, name) < 1]
        if self.worker_bytes < 0:
            problems.append("worker_bytes must be at least 0")
        if not 0.5 <= self.link_threshold < 1:
            problems.append("link_threshold must be at least 0.5 and below 1")
        if not 0 <= self.ocr_least_confidence < 1:
            problems.append("ocr_least_confidence must be at least 0 and below 1")
        if not _LANGUAGES.fullmatch(self.ocr_languages):
            problems.append('ocr_languages must be names such as "eng" or "eng+cym"')
        if self.encoder and not Path(self.encoder).is_dir():
            problems.append(f"encoder: no such folder: {self.encoder}")
        if self.publish_pages not in PUBLISHING:
            problems.append(f"publish_pages must be one of {', '.join(PUBLISHING)}")
        problems += [f"lexicon_files: no such file: {path}" for path in self.lexicon_files if not path.is_file()]
        if problems:
            raise WrongUsage("settings: " + "; ".join(problems))

    def digest(self) -> str:
        """A hash of what documents are read and linked by, and of what the lexicon files say: runs with the same digest
        read and link alike.
        """
        said = [content_hash(file.read_bytes()) for file in self.lexicon_files]
        values = dataclasses.asdict(self) | {"lexicon_files": said}
        values = {name: value for name, value in values.items() if name not in _NOT_READ_BY}
        return short_id("settings", json.dumps(values, sort_keys=True))


PUBLISHING = ("licensed", "all", "none")
# What decides about showing pages, or where a worker gives up, and nothing about what is found: a change of it is no
# reason to read documents again.
_NOT_READ_BY = frozenset({"publish_pages", "page_cache_bytes", "page_seconds", "document_seconds", "worker_bytes"})
# Such names go into a command line.
_LANGUAGES = re.compile(r"[A-Za-z_]+(?:\+[A-Za-z_]+)*")
_COUNTS = (
    "max_file_bytes",
    "max_characters",
    "max_unpacked_bytes",
    "max_part_bytes",
    "max_pages",
    "max_page_objects",
    "max_objects",
    "max_page_pixels",
    "ocr_dpi",
    "ocr_page_seconds",
    "link_neighbours",
    "page_cache_bytes",
    "page_seconds",
    "document_seconds",
)


def load_settings(path: Path | None = None) -> Settings:
    """Settings from a TOML file of overrides (None: the defaults). Raises WrongUsage naming every problem."""
    if path is None:
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise WrongUsage(f"settings {path}: {problem}") from problem
    known = {f.name: f for f in dataclasses.fields(Settings)}
    problems = [f"unknown setting {name!r}" for name in given if name not in known]
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in known:
            continue
        default = getattr(Settings(), name)
        if isinstance(default, tuple) and isinstance(value, list) and all(isinstance(v, str) for v in value):
            values[name] = tuple((path.parent / v).resolve() for v in value)
        elif isinstance(default, float) and isinstance(value, int | float) and not isinstance(value, bool):
            values[name] = float(value)
        elif type(default) is type(value):
            values[name] = value
        else:
            problems.append(f"{name} must be {type(default).__name__}, not {value!r}")
    if problems:
        raise WrongUsage(f"settings {path}: " + "; ".join(problems))
    return Settings(**values)  # type: ignore[arg-type]  # each value was checked against its default's type above
