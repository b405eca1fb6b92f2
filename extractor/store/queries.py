"""The questions that analysts ask again and again, as canned queries for Datasette."""

from extractor.store.connections import CONNECTIONS
from extractor.store.query import PAIR, Query
from extractor.store.run_queries import RUN_QUERIES

# How firmly something is said, from the firmest: a move down this list is a weaker wording.
_FIRMNESS = "CASE {}.strength WHEN 'firm' THEN 3 WHEN 'directive' THEN 3 WHEN 'aim' THEN 2 WHEN 'proposal' THEN 1 END"

# Each thread's last commitment, and how often the thread was stated; a commitment without a thread stands by itself.
_LAST_STATED = """\
last_stated AS MATERIALIZED (
  SELECT id, versions FROM (
    SELECT c.id, count(*) OVER (PARTITION BY c.thread_id) AS versions,
      row_number() OVER (
        PARTITION BY c.thread_id ORDER BY d.published DESC, d.id DESC, c.start DESC, c.id DESC
      ) AS place
    FROM commitments c JOIN documents d ON d.id = c.document_id WHERE c.thread_id IS NOT NULL
  ) WHERE place = 1
  UNION ALL
  SELECT id, 1 FROM commitments WHERE thread_id IS NULL
)"""

QUERIES: tuple[Query, ...] = (
    Query(
        "by_owner_and_year",
        "Commitments by owner and financial year",
        "How many commitments each owner has in each UK financial year, by when they are due; and how many threads: "
        "a promise that is stated three times is three commitments and one thread. Give a part of the owner's name, a "
        "year such as 2024-25, both or neither.",
        """\
SELECT owner, financial_year, count(*) AS commitments, count(DISTINCT coalesce(thread_id, ref)) AS threads,
  count(DISTINCT iif(state = 'progress reported', coalesce(thread_id, ref), NULL)) AS threads_with_progress,
  count(DISTINCT iif(state = 'deadline passed', coalesce(thread_id, ref), NULL)) AS threads_with_deadline_passed
FROM pledges
WHERE (:owner = '' OR owner LIKE '%' || :owner || '%') AND (:financial_year = '' OR financial_year = :financial_year)
GROUP BY owner, financial_year
ORDER BY owner IS NULL, owner, financial_year IS NULL, financial_year""",
        ("owner", "financial_year"),
    ),
    Query(
        "due_soon",
        "Deadlines in the next days",
        "Commitments due from today until so many days ahead; 90 days where no number is given. Each thread is listed "
        "once, as it was stated last, with how often it was stated (versions): one whose last statement names another "
        "day, or none, is not due on the day it had before.",
        f"""\
WITH {_LAST_STATED}
SELECT due, CAST(julianday(due) - julianday(date('now')) AS INTEGER) AS days_left, ref, quote, owner, strength,
  deadline, document, published, state, versions
FROM last_stated l JOIN pledges p ON p.ref = l.id
WHERE due BETWEEN date('now') AND date('now', '+' || CAST(coalesce(nullif(:days, ''), '90') AS INTEGER) || ' days')
ORDER BY due, ref""",
        ("days",),
    ),
    Query(
        "passed_without_progress",
        "Deadlines passed without progress reported",
        "The day is over and no later document here reports on the commitment or its thread. It may still have been "
        "kept. Each thread is listed once, as it was stated last, with how often it was stated (versions).",
        f"""\
WITH {_LAST_STATED}
SELECT due, CAST(julianday(date('now')) - julianday(due) AS INTEGER) AS days_since, ref, quote, owner, strength,
  deadline, document, published, versions
FROM last_stated l JOIN pledges p ON p.ref = l.id
WHERE state = 'deadline passed' AND NOT EXISTS (
  SELECT 1 FROM progress g JOIN documents r ON r.id = g.document_id
  WHERE g.thread_id = p.thread_id AND r.published > p.published
)
ORDER BY due, ref""",
    ),
    Query(
        "moved_deadlines",
        "Moved deadlines",
        "Commitments whose last day moved by more than so many days, either way, when they were stated again; any "
        "move where no number is given.",
        f"""\
SELECT CAST(julianday(b.deadline_end) - julianday(a.deadline_end) AS INTEGER) AS days_moved, a.deadline_end AS was_due,
  b.deadline_end AS now_due, earlier.ref AS earlier_ref, earlier.quote AS earlier_quote, later.ref AS later_ref,
  later.quote AS later_quote, later.owner AS owner, later.document AS later_document,
  later.published AS later_published,
  (SELECT group_concat(value, '; ') FROM json_each(l.changes)) AS changes
{PAIR}
JOIN commitments a ON a.id = l.earlier_id
JOIN commitments b ON b.id = l.later_id
WHERE abs(julianday(b.deadline_end) - julianday(a.deadline_end)) > CAST(coalesce(nullif(:days, ''), '0') AS INTEGER)
ORDER BY abs(julianday(b.deadline_end) - julianday(a.deadline_end)) DESC, l.id""",
        ("days",),
    ),
    Query(
        "restated_without_progress",
        "Restated without progress reported",
        "Commitments that later documents state again, while none reports progress; those restated most come first.",
        """\
SELECT restated, ref, quote, owner, strength, due, state, document, published, thread_id
FROM pledges
WHERE restated > 0 AND progress_reports = 0
ORDER BY restated DESC, published, ref""",
    ),
    Query(
        "weakened",
        "Wording weakened",
        "Commitments stated again in weaker words: firm or directive became an aim or a proposal, an aim a proposal, "
        "or the later one says “hopes to”, “where possible” and the like. Give a part of the owner's name to see only "
        "those of one.",
        f"""\
SELECT earlier.strength AS was, later.strength AS became, earlier.ref AS earlier_ref, earlier.quote AS earlier_quote,
  later.ref AS later_ref, later.quote AS later_quote, later.owner AS owner, later.document AS later_document,
  later.published AS later_published,
  (SELECT group_concat(value, '; ') FROM json_each(l.changes) WHERE value LIKE 'wording weakened%') AS change
{PAIR}
WHERE (instr(l.changes, 'wording weakened') OR {_FIRMNESS.format("later")} < {_FIRMNESS.format("earlier")})
  AND (:owner = '' OR later.owner LIKE '%' || :owner || '%' OR earlier.owner LIKE '%' || :owner || '%')
ORDER BY later.published, l.id""",
        ("owner",),
    ),
    Query(
        "unclear",
        "Commitments without deadline, measure or owner",
        "Commitments that cannot be checked as they stand, with what is missing; those that lack most come first. "
        "Choose deadline, measure or owner to see only those that lack it.",
        """\
SELECT missing, ref, quote, owner, due, measure, strength, document, published FROM (
  SELECT (due IS NULL) + (measure IS NULL) + (owner IS NULL) AS gaps,
    trim(iif(due IS NULL, 'deadline ', '') || iif(measure IS NULL, 'measure ', '') || iif(owner IS NULL, 'owner', ''))
      AS missing,
    *
  FROM pledges
)
WHERE gaps > 0 AND (:missing = '' OR instr(missing, :missing) > 0)
ORDER BY gaps DESC, published, ref""",
        ("missing",),
    ),
    Query(
        "to_be_checked",
        "Commitments to be checked",
        "Those of which the program was not sure enough to decide, the likeliest first: a person should look at each "
        "before it is counted.",
        """\
SELECT confidence, ref, quote, owner, strength, voice, speaker, document, published
FROM pledges
WHERE sure = 'to be checked'
ORDER BY confidence DESC, ref""",
    ),
    Query(
        "unnamed_sources",
        "Promises of unnamed sources",
        "What documents say that somebody will or may do, on the word of a source whom they do not name; latest first.",
        """\
SELECT published, ref, quote, owner, strength, due, sure, document, publisher
FROM pledges
WHERE voice = 'unnamed'
ORDER BY published DESC, ref""",
    ),
    Query(
        "not_to_act",
        "Promises not to act",
        "Commitments to leave something undone or to end it, the latest first. Give a part of the owner's name to see "
        "only those of one.",
        """\
SELECT published, ref, quote, owner, strength, due, sure, voice, speaker, document
FROM pledges
WHERE negated = 'yes' AND (:owner = '' OR owner LIKE '%' || :owner || '%')
ORDER BY published DESC, ref""",
        ("owner",),
    ),
    Query(
        "demands_by_speaker",
        "Demands and recommendations by speaker",
        "What is asked of others by those who cannot decide it, in order of who asks; where nobody is named, it is the "
        "publisher or somebody unnamed, as the voice says. Give a part of a name to see only what that speaker asks.",
        """\
SELECT m.speaker, m.voice, m.kind, m.quote, m.document_id, coalesce(d.title, d.name) AS document, d.publisher,
  d.published, m.page, m.confidence
FROM mentions m
JOIN documents d ON d.id = m.document_id
WHERE m.kind IN ('demand', 'recommendation')
  AND (:speaker = '' OR m.speaker LIKE '%' || :speaker || '%')
ORDER BY m.speaker IS NULL, m.speaker, m.voice, d.published, m.document_id, m.start""",
        ("speaker",),
    ),
    Query(
        "thread_progress",
        "Progress by thread",
        "Each thread with its commitments and progress reports, and when progress was last reported. Give a part of a "
        "thread's title to see only those.",
        """\
SELECT t.id AS thread_id, t.title, t.first_seen, t.last_seen, t.documents,
  sum(s.label = 'commitment') AS commitments,
  sum(s.label = 'progress') AS progress_reports,
  max(iif(s.label = 'progress', d.published, NULL)) AS last_progress,
  (SELECT p.kind FROM progress p JOIN documents r ON r.id = p.document_id WHERE p.thread_id = t.id
    ORDER BY r.published DESC, p.id LIMIT 1) AS last_kind
FROM threads t
JOIN statements s ON s.thread_id = t.id
JOIN documents d ON d.id = s.document_id
WHERE :title = '' OR t.title LIKE '%' || :title || '%'
GROUP BY t.id
ORDER BY progress_reports DESC, commitments DESC, t.id""",
        ("title",),
    ),
    Query(
        "documents_by_commitments",
        "Documents with most commitments",
        "How many commitments each document makes, and how many of them have a date, a figure and a named owner.",
        """\
SELECT document_id, document, publisher, published, kind, count(*) AS commitments,
  count(DISTINCT coalesce(thread_id, ref)) AS threads, count(due) AS with_deadline, count(measure) AS with_measure,
  count(owner) AS with_owner
FROM pledges
GROUP BY document_id
ORDER BY commitments DESC, published, document_id""",
    ),
    *CONNECTIONS,
    *RUN_QUERIES,
)
