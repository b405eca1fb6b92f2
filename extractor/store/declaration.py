"""How a table, a view and a full-text index are declared: once, with a plain-English description of every column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Type = Literal["INTEGER", "REAL", "TEXT", "BLOB"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it means (unit, and what null stands for), its type and its constraints in SQL."""

    name: str
    description: str
    type: Type = "TEXT"
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its columns, table constraints and indexes (each a list of columns, in SQL).

    `covering` gives further indexes by a short name; `triggers` are statements that create triggers for it.
    `full_text` names the columns that the index `<name>_fts` searches; it needs an integer column `search_key`.
    `append_only` adds triggers that refuse to change or delete a row. `label` is the column shown for a foreign key,
    `facets` the columns counted beside the table, `hidden` leaves the table out of lists for people.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    constraints: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    covering: Mapping[str, str] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    full_text: tuple[str, ...] = ()
    append_only: bool = False
    label: str | None = None
    facets: tuple[str, ...] = ()
    hidden: bool = False

    def ddl(self) -> list[str]:
        """The statements that create the table and all that belongs to it, in order."""
        lines = [f'"{c.name}" {c.type} {c.rule}'.rstrip() for c in self.columns] + list(self.constraints)
        statements = ["CREATE TABLE {} (\n  {}\n)".format(self.name, ",\n  ".join(lines))]
        for columns in self.indexes:
            name = "_".join((self.name, *columns.replace(",", "").split()))
            statements.append(f"CREATE INDEX {name} ON {self.name} ({columns})")
        statements += [
            f"CREATE INDEX {self.name}_{name} ON {self.name} ({columns})" for name, columns in self.covering.items()
        ]
        statements += self.triggers
        if self.full_text:
            statements += _full_text_ddl(self.name, self.full_text)
        if self.append_only:
            statements += [
                f"CREATE TRIGGER {self.name}_no_{verb} BEFORE {verb.upper()} ON {self.name} "
                f"BEGIN SELECT RAISE(ABORT, '{self.name} is append-only'); END"
                for verb in ("update", "delete")
            ]
        return statements


@dataclass(frozen=True, slots=True)
class View:
    """A view: its query, and its columns in the query's order. `full_text` names the table whose index searches it."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    query: str
    full_text: str | None = None
    facets: tuple[str, ...] = ()
    array_facets: tuple[str, ...] = ()

    def ddl(self) -> list[str]:
        """The statement that creates the view."""
        return [f"CREATE VIEW {self.name} AS\n{self.query}"]


def one_of(column: str, values: Iterable[str]) -> str:
    """A CHECK constraint that allows only `values` (null passes: SQL checks fail only on false)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f'CHECK ("{column}" IN ({listed}))'


def refers(table: str, on_delete: Literal["CASCADE", "SET NULL", "RESTRICT"]) -> str:
    """A foreign key to the `id` of `table`."""
    return f"REFERENCES {table} (id) ON DELETE {on_delete}"


def _full_text_ddl(table: str, columns: tuple[str, ...]) -> list[str]:
    """An FTS5 index that keeps no copy of the text (https://www.sqlite.org/fts5.html#external_content_tables)."""
    index, names = f"{table}_fts", ", ".join(columns)
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    take = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.search_key, {old})"
    add = f"INSERT INTO {index} (rowid, {names}) VALUES (new.search_key, {new})"
    return [
        # Double quotes round the table: by them sqlite-utils and Datasette recognise its index.
        f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content=\"{table}\", content_rowid='search_key', "
        "tokenize='porter unicode61')",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add}; END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {take}; END",
        # Threads are set on many rows at once: only a change of the words touches the index.
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF {names} ON {table} BEGIN {take}; {add}; END",
    ]
