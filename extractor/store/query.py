"""What a canned query is: a question in SQL with a title, a description and parameters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """A canned query: `sql` takes `parameters`, each of which is a text that may be left empty."""

    name: str
    title: str
    description: str
    sql: str
    parameters: tuple[str, ...] = ()

    def as_metadata(self) -> dict[str, object]:
        """The query as Datasette's metadata has it."""
        described: dict[str, object] = {
            "title": self.title,
            "description": self.description,
            "sql": self.sql,
            "hide_sql": True,
        }
        if self.parameters:
            described["params"] = list(self.parameters)
        return described


# Two linked statements, each as the view for people shows it.
PAIR = """\
FROM links l
JOIN pledges earlier ON earlier.ref = l.earlier_id
JOIN pledges later ON later.ref = l.later_id"""
