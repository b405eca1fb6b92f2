"""Canned queries on runs: what each did, what it changed, and which versions a document has had."""

from extractor.store.query import Query

RUN_QUERIES: tuple[Query, ...] = (
    Query(
        "runs_and_changes",
        "Runs with what they changed",
        "Every run, the latest first: how it ended, how long it took, how many documents it read, and how many "
        "statements became new in their document, changed or vanished.",
        """\
SELECT r.id AS run, r.started,
  coalesce(r.outcome, iif(r.finished IS NULL, 'cut off or at work', 'finished')) AS outcome, r.seconds,
  r.documents, r.unchanged, r.superseded, r.rejected,
  coalesce(c.new, 0) AS new, coalesce(c.changed, 0) AS changed, coalesce(c.vanished, 0) AS vanished,
  r.version, r.models, r.settings
FROM runs r
LEFT JOIN (
  SELECT run_id, sum("change" = 'new') AS new, sum("change" = 'changed') AS changed,
    sum("change" = 'vanished') AS vanished
  FROM run_changes GROUP BY run_id
) c ON c.run_id = r.id
ORDER BY r.id DESC""",
    ),
    Query(
        "changes_of_a_run",
        "What a run changed",
        "Statements that are new in their document, that are read otherwise than before, and that vanished, with what "
        "they said before; of the latest run where no number is given. Choose new, changed or vanished to see only "
        "those.",
        """\
SELECT c."change", c.fields,
  coalesce(json_extract(c.was, '$.quote'), f.quote, p.quote, (
    SELECT json_extract(l.was, '$.quote') FROM run_changes l
    WHERE l.statement_id = c.statement_id AND l.was IS NOT NULL ORDER BY l.id LIMIT 1
  )) AS quote,
  json_extract(c.was, '$.owner') AS owner_was, json_extract(c.was, '$.deadline_end') AS due_was, o.name AS owner_now,
  coalesce(f.deadline_end, p.deadline_end) AS due_now, coalesce(d.title, d.name) AS document, d.published,
  c.statement_id AS ref, c.document_id, c.run_id AS run
FROM run_changes c
LEFT JOIN commitments f ON f.id = c.statement_id
LEFT JOIN progress p ON p.id = c.statement_id
LEFT JOIN owners o ON o.id = coalesce(f.owner_id, p.owner_id)
LEFT JOIN documents d ON d.id = c.document_id
WHERE c.run_id = coalesce(CAST(nullif(:run, '') AS INTEGER), (SELECT max(id) FROM runs))
  AND (:change = '' OR c."change" = :change)
ORDER BY c."change", d.published, c.document_id, c.id""",
        ("run", "change"),
    ),
    Query(
        "versions_of_documents",
        "Versions of documents",
        "Documents of which another version was stored before, each version in turn, the latest last; with how many "
        "statements stood in it. Give a part of a name or title to see only those.",
        """\
SELECT v.document_id, v.name, v.title, v.published, v.statements, v.run_id AS stored_by_run,
  v.until_run_id AS replaced_by_run, v.sha256
FROM (
  SELECT document_id, name, title, published, statements, run_id, until_run_id, sha256 FROM versions
  UNION ALL
  SELECT id, name, title, published, (SELECT count(*) FROM statements s WHERE s.document_id = d.id), run_id, NULL,
    sha256
  FROM documents d WHERE id IN (SELECT document_id FROM versions)
) v
WHERE :document = '' OR v.name LIKE '%' || :document || '%' OR v.title LIKE '%' || :document || '%'
ORDER BY v.document_id, v.until_run_id IS NULL, v.until_run_id""",
        ("document",),
    ),
)
