"""A labelled unit as the statement network learns from it."""

from dataclasses import dataclass

from extractor.find.network import HEADS


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled unit as the network reads it; those of one `document` follow each other in reading order.

    `source` groups the parts of one publication; `public` tells real publications from what the project wrote itself.
    """

    text: str
    context: str
    label: str
    strength: str | None
    kind: str | None
    otherwise: str | None
    document: str
    source: str
    document_kind: str
    public: bool = False

    def targets(self) -> tuple[int, ...]:
        """Class indices in the order of HEADS; -100 (torch's "ignore") where a head does not apply."""
        given = {"label": self.label, "strength": self.strength, "kind": self.kind, "otherwise": self.otherwise}
        return tuple(HEADS[name].index(value) if value else -100 for name, value in given.items())
