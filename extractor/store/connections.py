"""Canned queries on how documents, statements, owners and threads hang together: what an analyst asks of the graph.

They are worked out when asked, so that none can be stale. What cuts the graph in two is not asked of SQL: a body counts
as a bridge by the pairs of others that meet only with it (Burt, Structural Holes, 1992: open triads), a thread by the
pairs of bodies that meet in it alone.
"""

from extractor.store.query import PAIR, Query

# Which owner stands in which thread, by what commitments and reports say.
_IN_THREAD = """\
in_thread AS MATERIALIZED (
  SELECT owner_id, thread_id FROM commitments WHERE owner_id IS NOT NULL AND thread_id IS NOT NULL
  UNION
  SELECT owner_id, thread_id FROM progress WHERE owner_id IS NOT NULL AND thread_id IS NOT NULL
)"""

# Pairs of owners in one thread, each way round. A thread of a great many owners tells of none of them.
MOST_OWNERS = 50
_TOGETHER = f"""\
{_IN_THREAD},
shared AS MATERIALIZED (
  SELECT owner_id, thread_id FROM in_thread WHERE thread_id IN (
    SELECT thread_id FROM in_thread GROUP BY thread_id HAVING count(*) BETWEEN 2 AND {MOST_OWNERS}
  )
),
together AS MATERIALIZED (
  SELECT a.owner_id AS one, b.owner_id AS other, count(*) AS threads, min(a.thread_id) AS thread_id
  FROM shared a JOIN shared b ON b.thread_id = a.thread_id AND b.owner_id <> a.owner_id
  GROUP BY one, other
)"""

# The deadlines of a thread, those of delays too, in order of publication, as in the view thread_histories.
_DATED = """\
given AS MATERIALIZED (
  SELECT thread_id, id, document_id, start, deadline_end FROM commitments
  WHERE thread_id IS NOT NULL AND deadline_end IS NOT NULL
  UNION ALL
  SELECT thread_id, id, document_id, start, deadline_end FROM progress
  WHERE thread_id IS NOT NULL AND deadline_end IS NOT NULL
),
moved AS MATERIALIZED (
  SELECT thread_id, sum(due <> was) AS moves, CAST(sum(abs(julianday(due) - julianday(was))) AS INTEGER) AS days
  FROM (
    SELECT g.thread_id, g.deadline_end AS due,
      lag(g.deadline_end) OVER (PARTITION BY g.thread_id ORDER BY d.published, d.id, g.start, g.id) AS was
    FROM given g JOIN documents d ON d.id = g.document_id WHERE d.published IS NOT NULL
  ) GROUP BY thread_id HAVING moves > 0
)"""

CONNECTIONS: tuple[Query, ...] = (
    Query(
        "connected_owners",
        "Most connected owners",
        "Owners by degree: in how many threads and documents each stands, how many commitments and reports it has, and "
        f"with how many other owners it shares a thread (threads of more than {MOST_OWNERS} owners left out). Give a "
        "kind of body, such as trust, or a part of the name to see only those.",
        f"""\
WITH {_TOGETHER}
SELECT o.name AS owner, o.kind, i.threads, coalesce(t.others, 0) AS other_owners, s.documents, s.commitments,
  s.progress_reports, o.id AS owner_id
FROM owners o
JOIN (
  SELECT owner_id, count(DISTINCT document_id) AS documents, sum(label = 'commitment') AS commitments,
    sum(label = 'progress') AS progress_reports
  FROM (
    SELECT owner_id, document_id, 'commitment' AS label FROM commitments
    WHERE owner_id IS NOT NULL AND review IS NOT 'rejected'
    UNION ALL SELECT owner_id, document_id, 'progress' FROM progress
    WHERE owner_id IS NOT NULL AND review IS NOT 'rejected'
  ) GROUP BY owner_id
) s ON s.owner_id = o.id
LEFT JOIN (SELECT owner_id, count(*) AS threads FROM in_thread GROUP BY owner_id) i ON i.owner_id = o.id
LEFT JOIN (SELECT one, count(*) AS others FROM together GROUP BY one) t ON t.one = o.id
WHERE (:owner = '' OR o.name LIKE '%' || :owner || '%') AND (:kind = '' OR o.kind = :kind)
ORDER BY other_owners DESC, i.threads DESC, o.id""",
        ("owner", "kind"),
    ),
    Query(
        "bridging_owners",
        "Owners that bridge others",
        "Owners by how many pairs of other owners meet with them and nowhere else: each of the pair shares a thread "
        "with this owner, but none with the other. Those that only this owner ties to anybody are counted beside it. "
        f"Threads of more than {MOST_OWNERS} owners are left out. Give a part of the name to see only those.",
        f"""\
WITH {_TOGETHER},
degree AS MATERIALIZED (SELECT one AS owner_id, count(*) AS others FROM together GROUP BY one),
three AS MATERIALIZED (
  SELECT a.one AS x, b.one AS y, b.other AS z
  FROM together a
  JOIN together b ON b.one = a.other AND b.other > b.one
  JOIN together c ON c.one = a.one AND c.other = b.other
  WHERE a.other > a.one
),
met AS MATERIALIZED (
  SELECT owner_id, count(*) AS pairs
  FROM (SELECT x AS owner_id FROM three UNION ALL SELECT y FROM three UNION ALL SELECT z FROM three)
  GROUP BY owner_id
),
hanging AS (
  SELECT a.one AS owner_id, count(*) AS owners FROM together a
  JOIN degree d ON d.owner_id = a.other AND d.others = 1 GROUP BY a.one
)
SELECT o.name AS owner, o.kind, d.others * (d.others - 1) / 2 - coalesce(m.pairs, 0) AS pairs_bridged,
  coalesce(h.owners, 0) AS tied_by_it_alone, d.others AS other_owners, o.id AS owner_id
FROM degree d
JOIN owners o ON o.id = d.owner_id
LEFT JOIN met m ON m.owner_id = d.owner_id
LEFT JOIN hanging h ON h.owner_id = d.owner_id
WHERE pairs_bridged > 0 AND (:owner = '' OR o.name LIKE '%' || :owner || '%')
ORDER BY pairs_bridged DESC, tied_by_it_alone DESC, o.id""",
        ("owner",),
    ),
    Query(
        "bridging_threads",
        "Threads that bridge owners",
        "Threads by how many pairs of owners share this thread and no other, with the names of some. Give a part of "
        "an owner's name to see only the threads in which that owner meets another.",
        f"""\
WITH {_TOGETHER}
SELECT t.title, count(*) AS pairs_bridged, t.statements, t.documents, t.first_seen, t.last_seen,
  min(a.name || ' – ' || b.name) AS example, t.id AS thread_id
FROM together p
JOIN owners a ON a.id = p.one
JOIN owners b ON b.id = p.other
JOIN threads t ON t.id = p.thread_id
WHERE p.threads = 1 AND p.one < p.other
  AND (:owner = '' OR a.name LIKE '%' || :owner || '%' OR b.name LIKE '%' || :owner || '%')
GROUP BY t.id
ORDER BY pairs_bridged DESC, t.documents DESC, t.id""",
        ("owner",),
    ),
    Query(
        "most_restated",
        "Most restated",
        "Threads by how many documents state the commitment again after the first, each thread counted once; with the "
        "reports of progress beside them. Give a part of the title to see only those.",
        """\
WITH said AS MATERIALIZED (
  SELECT thread_id, count(*) AS commitments, count(DISTINCT document_id) AS documents
  FROM commitments WHERE thread_id IS NOT NULL GROUP BY thread_id HAVING documents > 1
)
SELECT t.title, said.documents - 1 AS restated, said.commitments,
  (SELECT count(*) FROM progress p WHERE p.thread_id = t.id) AS progress_reports, t.first_seen, t.last_seen,
  t.id AS thread_id
FROM said JOIN threads t ON t.id = said.thread_id
WHERE :title = '' OR t.title LIKE '%' || :title || '%'
ORDER BY restated DESC, said.commitments DESC, t.id""",
        ("title",),
    ),
    Query(
        "most_moved",
        "Most moved",
        "Threads whose deadline moved: from the first day given to the last in order of publication, how often it "
        "moved, and how many days in all where it went back and forth. Give a number of days to see only those that "
        "moved further, either way.",
        f"""\
WITH {_DATED}
SELECT h.title, h.slippage_days, m.moves, m.days AS days_moved_in_all, h.first_deadline, h.last_deadline, h.first_seen,
  h.last_seen, h.thread_id
FROM moved m JOIN thread_histories h ON h.thread_id = m.thread_id
WHERE abs(h.slippage_days) > CAST(coalesce(nullif(:days, ''), '-1') AS INTEGER)
ORDER BY h.slippage_days DESC, m.days DESC, h.thread_id""",
        ("days",),
    ),
    Query(
        "restated_without_progress_by_thread",
        "Restated again and again without progress reported",
        "Threads that at least so many documents state again after the first, while none reports progress; three where "
        "no number is given. Each thread counts once.",
        """\
SELECT t.title, count(DISTINCT c.document_id) - 1 AS restated, t.first_seen, t.last_seen, max(c.deadline_end) AS due,
  t.id AS thread_id
FROM commitments c JOIN threads t ON t.id = c.thread_id
WHERE NOT EXISTS (SELECT 1 FROM progress p WHERE p.thread_id = t.id)
GROUP BY t.id
HAVING restated >= CAST(coalesce(nullif(:times, ''), '3') AS INTEGER)
ORDER BY restated DESC, t.last_seen DESC, t.id""",
        ("times",),
    ),
    Query(
        "owner_changed",
        "Owner changed",
        "Commitments stated again for another body to keep: one that took over its duties (succeeded) or another "
        "(changed). Give a part of a name, of the earlier or the later owner, to see only those.",
        f"""\
SELECT earlier.owner AS was, later.owner AS became,
  iif(instr(l.changes, 'owner succeeded'), 'succeeded', 'changed') AS how, earlier.ref AS earlier_ref,
  earlier.quote AS earlier_quote, later.ref AS later_ref, later.quote AS later_quote,
  later.document AS later_document, later.published AS later_published
{PAIR}
WHERE (instr(l.changes, '"owner changed') OR instr(l.changes, '"owner succeeded'))
  AND (:owner = '' OR earlier.owner LIKE '%' || :owner || '%' OR later.owner LIKE '%' || :owner || '%')
ORDER BY later.published, l.id""",
        ("owner",),
    ),
    Query(
        "what_changed",
        "What changed when it was stated again",
        "Revisions with what changed in words. Give a field (deadline, figure, owner, wording or scope) to see only "
        "those, or a part of the owner's name.",
        f"""\
SELECT changed.value AS change, earlier.ref AS earlier_ref, earlier.quote AS earlier_quote, later.ref AS later_ref,
  later.quote AS later_quote, later.owner AS owner, later.document AS later_document,
  later.published AS later_published
{PAIR}
JOIN json_each(l.changes) changed
WHERE (:field = '' OR changed.value LIKE :field || ' %') AND (:owner = '' OR later.owner LIKE '%' || :owner || '%')
ORDER BY later.published, l.id, changed.key""",
        ("field", "owner"),
    ),
)
