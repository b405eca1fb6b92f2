"""The view for people: one readable row a commitment, its delivery state worked out on the day of reading."""

from extractor.store.declaration import Column, View
from extractor.store.tables.common import confidence_of
from extractor.store.tables.standing import UNDATED

# Kinds of owners that name no single body: a class or an office may be, or hold, the publisher itself.
_NO_SINGLE_BODY = "'class', 'office', 'role', 'plan', 'programme', 'forum', 'government'"
# "A & B" and "A and B" as "a, b", so that each of several publishers is found between commas.
_PUBLISHER, _OWNER = (
    f"', ' || lower(replace(replace({name}, '&', 'and'), ' and ', ', ')) || ', '" for name in ("d.publisher", "o.name")
)

# Whether the owner `o` of a statement is the publisher of its document `d`. "another body" is only said of a body of
# the register that could not be the publisher under another name (one that holds the other's name, an abbreviation, the
# name of a successor under which archives file what is older than it), and of whoever the news write about; all else
# stays null, as the names alone do not tell.
WHOSE = f"""\
CASE
    WHEN o.name IS NULL OR d.publisher IS NULL THEN NULL
    WHEN instr({_PUBLISHER}, {_OWNER}) THEN 'own'
    WHEN instr(lower(d.publisher), lower(o.name)) OR instr(lower(o.name), lower(d.publisher)) THEN NULL
    WHEN d.kind = 'news' THEN 'another body'
    WHEN NOT o.known OR o.kind IS NULL OR o.kind IN ({_NO_SINGLE_BODY}) OR d.publisher = upper(d.publisher) THEN NULL
    WHEN EXISTS (
      SELECT 1 FROM owners heir
      WHERE heir.id = o.successor_id AND heir.name = d.publisher AND coalesce(heir.valid_from > d.published, 1)
    ) THEN NULL
    ELSE 'another body'
  END"""

_STATE = """\
CASE
    WHEN c.progress_from <= {known} THEN 'progress reported'
    WHEN c.deadline_end < {today} THEN 'deadline passed'
    WHEN c.deadline_end IS NULL AND c.deadline_start < {today} THEN 'start date passed'
    WHEN c.due <= date({today}, '+90 days') THEN 'due in 90 days'
    WHEN c.due IS NOT NULL THEN 'dated'
    ELSE 'no date'
  END"""


def state(today: str, known: str) -> str:
    """The state of a commitment `c` as an expression in SQL.

    Both are expressions: `today` of the day to count from, `known` of the last day whose documents are known.
    """
    return _STATE.format(today=today, known=known)


_QUERY = f"""\
SELECT
  c.id AS ref,
  c.quote AS quote,
  o.name AS owner,
  h.abolished AS owner_abolished,
  h.holder AS owner_today,
  c.strength AS strength,
  iif(c.sure, 'yes', 'to be checked') AS sure,
  c.voice AS voice,
  c.speaker AS speaker,
  {WHOSE} AS whose,
  CASE c.negated WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END AS negated,
  {state("date('now')", f"'{UNDATED}'")} AS state,
  t.moved_days AS moved_days,
  t.quiet AS quiet,
  t.quiet_of AS quiet_of,
  c.review AS review,
  c.delivery AS delivery,
  c.due AS due,
  c.deadline_text AS deadline,
  c.deadline_rule AS rule,
  c.deadline_year AS financial_year,
  (
    SELECT group_concat(text, '; ')
    FROM (SELECT text FROM metrics WHERE statement_id = c.id ORDER BY start, "end", text)
  ) AS measure,
  (
    SELECT nullif(json_group_array(theme), '[]')
    FROM (SELECT theme FROM themes WHERE statement_id = c.id ORDER BY theme)
  ) AS themes,
  coalesce(d.title, d.name) AS document,
  c.document_id AS document_id,
  d.publisher AS publisher,
  d.published AS published,
  d.kind AS kind,
  c.page AS page,
  c.heading AS heading,
  c.confidence AS confidence,
  c.thread_id AS thread_id,
  t.statements AS thread_statements,
  (SELECT count(*) FROM links l WHERE l.earlier_id = c.id AND l.relation IN ('restates', 'revises')) AS restated,
  (SELECT count(*) FROM links l WHERE l.earlier_id = c.id AND l.relation = 'progresses') AS progress_reports,
  (SELECT m.rule FROM commitment_owners m WHERE m.commitment_id = c.id ORDER BY m.rank LIMIT 1) AS owner_rule,
  (
    SELECT m.confidence FROM commitment_owners m WHERE m.commitment_id = c.id ORDER BY m.rank LIMIT 1
  ) AS owner_confidence,
  c.deadline_confidence AS deadline_confidence,
  c.search_key AS search_key
FROM commitments c
JOIN documents d ON d.id = c.document_id
LEFT JOIN owners o ON o.id = c.owner_id
LEFT JOIN holders h ON h.owner_id = c.owner_id
LEFT JOIN threads t ON t.id = c.thread_id
WHERE c.review IS NOT 'rejected'"""

PLEDGES = View(
    "pledges",
    "Pledges",
    "One readable row a commitment, but for those that a reviewer rejected. Its state is worked out from today's date: "
    "'deadline passed' says that the day is over and no later document here reports progress, not that the promise was "
    "broken.",
    (
        Column("ref", "Permanent id of the commitment; its page is /pledge/ followed by it."),
        Column("quote", "The exact words of the commitment."),
        Column("owner", "Who must act, the best candidate; null where nobody can be named."),
        Column("owner_abolished", "yes where the owner has been abolished by today, else no; null without an owner."),
        Column("owner_today", "Which body has the owner's duties today; the owner itself, while it lasts."),
        Column("strength", "firm, directive (another body is told to), aim or proposal."),
        Column("sure", "yes, or to be checked where the program abstains: look at it before you count it."),
        Column(
            "voice",
            "Whose words they are: own (the publisher's), quoted, reported (retold) or unnamed (a source); null where "
            "it was stored by an earlier version, which did not ask.",
        ),
        Column("speaker", "Who is quoted or retold, as written; null for the publisher and where nobody is named."),
        Column(
            "whose",
            "own where the owner is the publisher itself, another body where it is not; null where the names do not "
            "tell (no owner or publisher, a class of bodies, an office, a name that may mean the same body).",
        ),
        Column("negated", "yes where it is a promise not to act, else no; null like voice."),
        Column(
            "state",
            "As of today: progress reported, deadline passed, start date passed (no last day given), due in 90 days, "
            "dated (later) or no date.",
        ),
        Column(
            "moved_days",
            "Days from the first deadline stated in its thread to the last one, below zero where it was brought "
            "forward; null where no deadlines were stated on two days.",
            "INTEGER",
        ),
        Column(
            "quiet",
            "Gone quiet: how many documents of a series that promised it were published after anything last spoke of "
            "it; null without a series.",
            "INTEGER",
        ),
        Column(
            "quiet_of",
            "How many documents of that series were published after it first promised it; null without a series.",
            "INTEGER",
        ),
        Column("review", "What reviewers say of it: confirmed or corrected; null where nobody has looked."),
        Column("delivery", "Whether it was kept, as a reviewer found; null where nobody has looked."),
        Column("due", "Last day the deadline allows, else its first (ISO 8601); null where no date is given."),
        Column("deadline", "The words that give the deadline; null where no date is given."),
        Column("rule", "Name of the rule that turned the words into days; null without a deadline."),
        Column("financial_year", "UK financial year in which it is due, such as 2024-25; null without a deadline."),
        Column("measure", "The words that give its figures, joined by '; '; null where it has none."),
        Column("themes", "What it is about: a JSON list in alphabetical order; null where no theme fits."),
        Column("document", "Title of the document, else the name of its file."),
        Column("document_id", "Identity of the document."),
        Column("publisher", "Who published the document; null where unknown."),
        Column("published", "Day of publication (ISO 8601); null where unknown."),
        Column("kind", "What sort of document it stands in."),
        Column("page", "Page, from 1; null where the format has no pages.", "INTEGER"),
        Column("heading", "The headings above it, outermost first, joined by ' › '; null where there is none."),
        Column("confidence", "How sure the classifier is that this is a commitment, from 0 to 1.", "REAL"),
        Column("thread_id", "The thread of linked statements it belongs to; null where nothing is linked to it."),
        Column("thread_statements", "How many statements that thread has; null without a thread.", "INTEGER"),
        Column("restated", "How often later statements restate or revise it.", "INTEGER"),
        Column("progress_reports", "How many later statements report progress on it.", "INTEGER"),
        Column("owner_rule", "Name of the rule that found the owner; null without one, or from an earlier version."),
        Column("owner_confidence", confidence_of("an owner"), "REAL"),
        Column("deadline_confidence", confidence_of("a deadline"), "REAL"),
        Column("search_key", "Number by which the full-text index points to this row; of no other meaning.", "INTEGER"),
    ),
    _QUERY,
    full_text="commitments",
    facets=("owner", "strength", "state", "sure", "voice", "financial_year", "kind"),
    array_facets=("themes",),
)
