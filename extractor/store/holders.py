"""The view of who holds an owner's duties on the day of reading, followed through its successors."""

from extractor.store.declaration import Column, View

# A chain of heirs is short; the bound ends a circle that a lexicon file of the user's could make.
_LONGEST_CHAIN = 12

_QUERY = f"""\
WITH RECURSIVE held (owner_id, holder_id, steps) AS (
  SELECT id, id, 0 FROM owners
  UNION ALL
  SELECT held.owner_id, body.successor_id, held.steps + 1
  FROM held JOIN owners body ON body.id = held.holder_id
  WHERE body.valid_to < date('now') AND body.successor_id IS NOT NULL AND held.steps < {_LONGEST_CHAIN}
)
SELECT held.owner_id AS owner_id, owner.name AS owner, iif(owner.valid_to < date('now'), 'yes', 'no') AS abolished,
  held.holder_id AS holder_id, holder.name AS holder
FROM held JOIN owners owner ON owner.id = held.owner_id JOIN owners holder ON holder.id = held.holder_id
WHERE NOT (coalesce(holder.valid_to < date('now'), 0) AND holder.successor_id IS NOT NULL)"""

HOLDERS = View(
    "holders",
    "Owners today",
    "One row an owner: whether it has been abolished by today, and which body has its duties now (itself, while it "
    "lasts; the last one known, where the register names no successor).",
    (
        Column("owner_id", "Identity of the owner."),
        Column("owner", "Name of the owner."),
        Column("abolished", "yes where its last day is over, else no."),
        Column("holder_id", "Whoever has its duties today."),
        Column("holder", "Name of whoever has its duties today."),
    ),
    _QUERY,
    facets=("abolished",),
)
