"""The knowledge of the field as data: TOML files, checked when they are read, and the code that looks things up."""

import tomllib
from pathlib import Path

# What a further lexicon file (settings.lexicon_files) may hold; each loader takes its own section.
SECTIONS = frozenset({"organisation", "theme"})


def read_tables(path: Path, section: str, problems: list[str]) -> dict[str, dict[str, object]]:
    """The `[section.SLUG]` tables of a TOML file by slug. What is wrong with the file is added to `problems`."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        problems.append(f"{path.name}: {problem}")
        return {}
    problems.extend(f"{path.name}: unknown section {key!r}" for key in sorted(set(given) - SECTIONS))
    tables = given.get(section, {})
    if not isinstance(tables, dict) or any(not isinstance(table, dict) for table in tables.values()):
        problems.append(f"{path.name}: {section!r} must hold one table for each slug")
        return {}
    return tables
