"""The view of each thread through the years: how often it was stated, how its date moved, what was last reported of it,
and which series of documents stopped mentioning it.
"""

from extractor.store.declaration import Column, View
from extractor.store.tables.common import DAYS

# The stated deadlines of a thread, each with its document; what has no date of publication tells no order.
_DATED = """\
FROM (
      SELECT id, document_id, start, deadline_end FROM commitments
      WHERE thread_id = t.id AND deadline_end IS NOT NULL AND review IS NOT 'rejected'
      UNION ALL
      SELECT id, document_id, start, deadline_end FROM progress
      WHERE thread_id = t.id AND deadline_end IS NOT NULL AND review IS NOT 'rejected'
    ) f JOIN documents d ON d.id = f.document_id
    WHERE d.published IS NOT NULL"""
_FIRST = f"""\
(
    SELECT f.deadline_end {_DATED}
    ORDER BY d.published, d.id, f.start, f.id LIMIT 1
  )"""
_LAST = f"""\
(
    SELECT f.deadline_end {_DATED}
    ORDER BY d.published DESC, d.id DESC, f.start DESC, f.id DESC LIMIT 1
  )"""
_DAYS_STATED = f"""\
(
    SELECT count(DISTINCT d.published) {_DATED}
  )"""
_LATER = "(SELECT count(*) FROM documents i WHERE i.series = {0}.series AND i.published > {1})"

_QUERY = f"""\
SELECT
  t.id AS thread_id,
  t.title AS title,
  t.first_seen AS first_seen,
  t.last_seen AS last_seen,
  t.statements AS statements,
  t.documents AS documents,
  (SELECT count(*) FROM commitments c WHERE c.thread_id = t.id AND c.review IS NOT 'rejected') AS versions,
  {_FIRST} AS first_deadline,
  {_LAST} AS last_deadline,
  iif({_DAYS_STATED} > 1, CAST(julianday({_LAST}) - julianday({_FIRST}) AS INTEGER), NULL) AS slippage_days,
  (SELECT count(*) FROM progress g WHERE g.thread_id = t.id AND g.review IS NOT 'rejected') AS progress_reports,
  p.kind AS latest_progress,
  pd.published AS latest_progress_day,
  p.id AS latest_progress_id,
  EXISTS (
    SELECT 1 FROM progress g WHERE g.thread_id = t.id AND g.kind = 'delivered' AND g.review IS NOT 'rejected'
  ) AS delivered,
  q.series AS series,
  q.published AS promised,
  iif(q.id IS NULL, NULL, {_LATER.format("q", "t.last_seen")}) AS quiet,
  iif(q.id IS NULL, NULL, {_LATER.format("q", "q.published")}) AS later
FROM threads t
LEFT JOIN progress p ON p.id = (
  SELECT g.id FROM progress g JOIN documents d ON d.id = g.document_id
  WHERE g.thread_id = t.id AND g.review IS NOT 'rejected'
  ORDER BY d.published DESC, d.id DESC, g.start DESC, g.id DESC LIMIT 1
)
LEFT JOIN documents pd ON pd.id = p.document_id
LEFT JOIN documents q ON q.id = (
  SELECT id FROM (
    SELECT d.id, d.series, d.published, {_LATER.format("d", "t.last_seen")} AS quiet
    FROM commitments c JOIN documents d ON d.id = c.document_id
    WHERE c.thread_id = t.id AND c.review IS NOT 'rejected' AND d.series IS NOT NULL AND d.published IS NOT NULL
  ) ORDER BY quiet DESC, series, published, id LIMIT 1
)"""

HISTORIES = View(
    "thread_histories",
    "Threads through the years",
    "One row a thread: when it was first and last seen, how often it was stated, how far its deadline moved, what was "
    "last reported of it, and how many later documents of a series that promised it pass it over.",
    (
        Column("thread_id", "Identity of the thread; its page is /thread/ followed by it."),
        Column("title", "The words of its first commitment."),
        Column("first_seen", f"Publication day of its first statement ({DAYS}); null where unknown."),
        Column("last_seen", f"Publication day of its last statement ({DAYS}); null where unknown."),
        Column("statements", "How many statements it has, reports of progress among them.", "INTEGER"),
        Column("documents", "In how many documents they stand.", "INTEGER"),
        Column("versions", "How often it was stated as a commitment: announced, restated or revised.", "INTEGER"),
        Column("first_deadline", f"Last day that the first stated deadline allows ({DAYS}); null where none is."),
        Column("last_deadline", f"Last day that the deadline stated last allows ({DAYS}); null where none is."),
        Column(
            "slippage_days",
            "Days from the first stated deadline to the last stated one, below zero where it was brought forward; null "
            "where no deadlines were stated on two days.",
            "INTEGER",
        ),
        Column("progress_reports", "How many reports of progress it has.", "INTEGER"),
        Column(
            "latest_progress",
            "What the latest report says: delivered, underway, delayed or measure; null where nothing was reported.",
        ),
        Column("latest_progress_day", f"Publication day of that report ({DAYS}); null where there is none or unknown."),
        Column("latest_progress_id", "Permanent id of that report; null where nothing was reported."),
        Column("delivered", "1 where any report says that it was delivered, else 0.", "INTEGER"),
        Column(
            "series",
            "The series of documents that promised it and has passed it over longest; null where no document that "
            "promised it has a series and a date.",
        ),
        Column("promised", f"Publication day of the series' first document that promised it ({DAYS}); null likewise."),
        Column(
            "quiet",
            "Gone quiet: how many documents of the series were published after the thread was last seen in any "
            "document; null without a series.",
            "INTEGER",
        ),
        Column(
            "later",
            "How many documents of the series were published after the first that promised it; null without a series.",
            "INTEGER",
        ),
    ),
    _QUERY,
    facets=("latest_progress", "series"),
)
