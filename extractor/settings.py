"""One frozen set of settings, read once, every problem in a settings file reported at once."""

import dataclasses
import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from extractor.errors import WrongUsage

PACKAGE = Path(__file__).parent
__version__ = "0.1.0"


def shipped(name: str) -> Path:
    """Where something that the project ships lies: inside an installed wheel, or at the top of a checkout."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name


@cache
def models_digest() -> str:
    """A hash of every shipped model and of the domain's TOML files: two runs with the same digest read alike."""
    digest = hashlib.sha256()
    models = shipped("models")
    files = [path for path in models.rglob("*") if path.is_file()] + list(PACKAGE.rglob("*.toml"))
    # by name, not by path: in a wheel the models lie elsewhere than in a checkout
    for file in sorted(files, key=lambda path: (path.name, path.parent.name)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and thresholds. Each default says where it came from."""

    # A 1 GB text file is no policy document; the longest white papers stay under 20 MB as PDF.
    max_file_bytes: int = 200_000_000
    # Ten million characters are some 4,000 pages.
    max_characters: int = 10_000_000
    # How many nearest statements of other documents are looked at for a link.
    link_neighbours: int = 20
    # Least calibrated score of a relation that is stored as a link.
    link_threshold: float = 0.5
    # A folder with another sentence-transformers model; empty: the pinned all-MiniLM-L6-v2.
    encoder: str = ""
    # Further lexicon files (TOML) that add to the shipped ones.
    lexicon_files: tuple[Path, ...] = ()

    def digest(self) -> str:
        """A hash of every value: two runs with the same digest were configured alike."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True, default=str).encode()).hexdigest()[
            :16
        ]


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
