-- A database as version 1 made it, with a document, its statements, a link, a thread and a review.

CREATE TABLE runs (
  "id" INTEGER PRIMARY KEY,
  "started" TEXT NOT NULL,
  "finished" TEXT,
  "version" TEXT NOT NULL,
  "settings" TEXT NOT NULL,
  "models" TEXT NOT NULL,
  "documents" INTEGER,
  "unchanged" INTEGER,
  "rejected" INTEGER,
  "statements" INTEGER,
  "links" INTEGER
);

CREATE TABLE documents (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "title" TEXT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('letter', 'plan', 'minutes', 'press_release', 'news', 'response', 'report', 'other')),
  "publisher" TEXT,
  "published" TEXT,
  "precision" TEXT CHECK ("precision" IN ('day', 'month', 'year')),
  "url" TEXT,
  "series" TEXT,
  "licence" TEXT,
  "format" TEXT NOT NULL,
  "sha256" TEXT NOT NULL,
  "pages" INTEGER,
  "characters" INTEGER NOT NULL,
  "text" TEXT NOT NULL,
  "sources" TEXT NOT NULL CHECK (json_valid(sources)),
  "warnings" TEXT NOT NULL CHECK (json_valid(warnings)),
  "run_id" INTEGER NOT NULL REFERENCES runs (id) ON DELETE RESTRICT,
  "fingerprint" TEXT NOT NULL,
  "search_key" INTEGER NOT NULL UNIQUE
);

CREATE INDEX documents_run_id ON documents (run_id);

CREATE INDEX documents_sha256 ON documents (sha256);

CREATE INDEX documents_name ON documents (name);

CREATE INDEX documents_fingerprint ON documents (fingerprint);

CREATE VIRTUAL TABLE documents_fts USING fts5(title, text, content="documents", content_rowid='search_key', tokenize='porter unicode61');

CREATE TRIGGER documents_fts_insert AFTER INSERT ON documents BEGIN INSERT INTO documents_fts (rowid, title, text) VALUES (new.search_key, new.title, new.text); END;

CREATE TRIGGER documents_fts_delete AFTER DELETE ON documents BEGIN INSERT INTO documents_fts (documents_fts, rowid, title, text) VALUES ('delete', old.search_key, old.title, old.text); END;

CREATE TRIGGER documents_fts_update AFTER UPDATE OF title, text ON documents BEGIN INSERT INTO documents_fts (documents_fts, rowid, title, text) VALUES ('delete', old.search_key, old.title, old.text); INSERT INTO documents_fts (rowid, title, text) VALUES (new.search_key, new.title, new.text); END;

CREATE TABLE blocks (
  "document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  "position" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('heading', 'paragraph', 'item', 'row', 'footnote')),
  "level" INTEGER NOT NULL,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  "page" INTEGER,
  PRIMARY KEY (document_id, position)
);

CREATE TABLE owners (
  "id" TEXT PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "kind" TEXT,
  "valid_from" TEXT,
  "valid_to" TEXT,
  "successor_id" TEXT REFERENCES owners (id) ON DELETE SET NULL,
  "ods_code" TEXT,
  "known" INTEGER NOT NULL CHECK ("known" IN (0, 1))
);

CREATE INDEX owners_successor_id ON owners (successor_id);

CREATE TABLE threads (
  "id" TEXT PRIMARY KEY NOT NULL,
  "title" TEXT NOT NULL,
  "first_seen" TEXT,
  "last_seen" TEXT,
  "statements" INTEGER NOT NULL,
  "documents" INTEGER NOT NULL
);

CREATE TABLE statements (
  "id" TEXT PRIMARY KEY NOT NULL,
  "document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  "label" TEXT NOT NULL CHECK ("label" IN ('commitment', 'progress')),
  "position" INTEGER NOT NULL,
  "thread_id" TEXT REFERENCES threads (id) ON DELETE SET NULL
);

CREATE INDEX statements_document_id_position ON statements (document_id, position);

CREATE INDEX statements_thread_id ON statements (thread_id);

CREATE TABLE commitments (
  "id" TEXT PRIMARY KEY NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  "quote" TEXT NOT NULL,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  "page" INTEGER,
  "heading" TEXT,
  "lead_in" TEXT,
  "strength" TEXT NOT NULL CHECK ("strength" IN ('firm', 'directive', 'aim', 'proposal')),
  "owner_id" TEXT REFERENCES owners (id) ON DELETE RESTRICT,
  "owner_explicit" INTEGER,
  "deadline_text" TEXT,
  "deadline_start" TEXT,
  "deadline_end" TEXT,
  "deadline_rule" TEXT,
  "deadline_anchor" TEXT,
  "deadline_year" TEXT,
  "confidence" REAL NOT NULL,
  "reasons" TEXT NOT NULL CHECK (json_valid(reasons)),
  "thread_id" TEXT REFERENCES threads (id) ON DELETE SET NULL,
  "search_key" INTEGER NOT NULL UNIQUE
);

CREATE INDEX commitments_document_id ON commitments (document_id);

CREATE INDEX commitments_owner_id ON commitments (owner_id);

CREATE INDEX commitments_deadline_end ON commitments (deadline_end);

CREATE INDEX commitments_deadline_year ON commitments (deadline_year);

CREATE INDEX commitments_thread_id ON commitments (thread_id);

CREATE VIRTUAL TABLE commitments_fts USING fts5(quote, heading, lead_in, content="commitments", content_rowid='search_key', tokenize='porter unicode61');

CREATE TRIGGER commitments_fts_insert AFTER INSERT ON commitments BEGIN INSERT INTO commitments_fts (rowid, quote, heading, lead_in) VALUES (new.search_key, new.quote, new.heading, new.lead_in); END;

CREATE TRIGGER commitments_fts_delete AFTER DELETE ON commitments BEGIN INSERT INTO commitments_fts (commitments_fts, rowid, quote, heading, lead_in) VALUES ('delete', old.search_key, old.quote, old.heading, old.lead_in); END;

CREATE TRIGGER commitments_fts_update AFTER UPDATE OF quote, heading, lead_in ON commitments BEGIN INSERT INTO commitments_fts (commitments_fts, rowid, quote, heading, lead_in) VALUES ('delete', old.search_key, old.quote, old.heading, old.lead_in); INSERT INTO commitments_fts (rowid, quote, heading, lead_in) VALUES (new.search_key, new.quote, new.heading, new.lead_in); END;

CREATE TABLE progress (
  "id" TEXT PRIMARY KEY NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "document_id" TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  "quote" TEXT NOT NULL,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  "page" INTEGER,
  "heading" TEXT,
  "lead_in" TEXT,
  "kind" TEXT NOT NULL CHECK ("kind" IN ('delivered', 'underway', 'delayed', 'measure')),
  "owner_id" TEXT REFERENCES owners (id) ON DELETE RESTRICT,
  "owner_explicit" INTEGER,
  "when_text" TEXT,
  "when_start" TEXT,
  "when_end" TEXT,
  "when_rule" TEXT,
  "deadline_text" TEXT,
  "deadline_start" TEXT,
  "deadline_end" TEXT,
  "deadline_rule" TEXT,
  "confidence" REAL NOT NULL,
  "reasons" TEXT NOT NULL CHECK (json_valid(reasons)),
  "thread_id" TEXT REFERENCES threads (id) ON DELETE SET NULL
);

CREATE INDEX progress_document_id ON progress (document_id);

CREATE INDEX progress_owner_id ON progress (owner_id);

CREATE INDEX progress_thread_id ON progress (thread_id);

CREATE TABLE commitment_owners (
  "commitment_id" TEXT NOT NULL REFERENCES commitments (id) ON DELETE CASCADE,
  "owner_id" TEXT NOT NULL REFERENCES owners (id) ON DELETE RESTRICT,
  "rank" INTEGER NOT NULL,
  "explicit" INTEGER NOT NULL,
  "score" REAL NOT NULL,
  "reason" TEXT NOT NULL,
  PRIMARY KEY (commitment_id, owner_id)
);

CREATE INDEX commitment_owners_owner_id ON commitment_owners (owner_id);

CREATE TABLE metrics (
  "id" INTEGER PRIMARY KEY,
  "statement_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "value" REAL,
  "is_all" INTEGER NOT NULL,
  "unit" TEXT NOT NULL,
  "baseline" REAL,
  "direction" TEXT CHECK ("direction" IN ('increase', 'decrease')),
  "scope" TEXT,
  "text" TEXT NOT NULL,
  "start" INTEGER NOT NULL,
  "end" INTEGER NOT NULL
);

CREATE INDEX metrics_statement_id ON metrics (statement_id);

CREATE TABLE milestones (
  "id" INTEGER PRIMARY KEY,
  "statement_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "text" TEXT NOT NULL,
  "start_day" TEXT,
  "end_day" TEXT,
  "rule" TEXT NOT NULL,
  "value" REAL,
  "unit" TEXT
);

CREATE INDEX milestones_statement_id ON milestones (statement_id);

CREATE TABLE themes (
  "statement_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "theme" TEXT NOT NULL,
  PRIMARY KEY (statement_id, theme)
);

CREATE INDEX themes_theme ON themes (theme);

CREATE TABLE vectors (
  "statement_id" TEXT PRIMARY KEY NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "vector" BLOB NOT NULL,
  "models" TEXT NOT NULL
);

CREATE TABLE links (
  "id" TEXT PRIMARY KEY NOT NULL,
  "earlier_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "later_id" TEXT NOT NULL REFERENCES statements (id) ON DELETE CASCADE,
  "relation" TEXT NOT NULL CHECK ("relation" IN ('restates', 'revises', 'progresses')),
  "score" REAL NOT NULL,
  "reasons" TEXT NOT NULL CHECK (json_valid(reasons)),
  "changes" TEXT NOT NULL CHECK (json_valid(changes)),
  UNIQUE (earlier_id, later_id),
  CHECK (earlier_id <> later_id)
);

CREATE INDEX links_earlier_id_relation ON links (earlier_id, relation);

CREATE INDEX links_later_id ON links (later_id);

CREATE TABLE rejections (
  "id" INTEGER PRIMARY KEY,
  "run_id" INTEGER NOT NULL REFERENCES runs (id) ON DELETE RESTRICT,
  "name" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  "sha256" TEXT,
  "at" TEXT NOT NULL
);

CREATE INDEX rejections_run_id ON rejections (run_id);

CREATE TABLE reviews (
  "id" INTEGER PRIMARY KEY,
  "statement_id" TEXT NOT NULL,
  "action" TEXT NOT NULL,
  "field" TEXT,
  "value" TEXT,
  "note" TEXT,
  "evidence_url" TEXT,
  "reviewer" TEXT,
  "at" TEXT NOT NULL
);

CREATE INDEX reviews_statement_id ON reviews (statement_id);

CREATE TRIGGER reviews_no_update BEFORE UPDATE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews is append-only'); END;

CREATE TRIGGER reviews_no_delete BEFORE DELETE ON reviews BEGIN SELECT RAISE(ABORT, 'reviews is append-only'); END;

CREATE VIEW pledges AS
SELECT
  c.id AS ref,
  c.quote AS quote,
  o.name AS owner,
  c.strength AS strength,
  CASE
    WHEN EXISTS (SELECT 1 FROM links l WHERE l.earlier_id = c.id AND l.relation = 'progresses') THEN 'progress reported'
    WHEN c.deadline_end < date('now') THEN 'deadline passed'
    WHEN c.deadline_end IS NULL AND c.deadline_start < date('now') THEN 'start date passed'
    WHEN coalesce(c.deadline_end, c.deadline_start) <= date('now', '+90 days') THEN 'due in 90 days'
    WHEN coalesce(c.deadline_end, c.deadline_start) IS NOT NULL THEN 'dated'
    ELSE 'no date'
  END AS state,
  coalesce(c.deadline_end, c.deadline_start) AS due,
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
  c.search_key AS search_key
FROM commitments c
JOIN documents d ON d.id = c.document_id
LEFT JOIN owners o ON o.id = c.owner_id
LEFT JOIN threads t ON t.id = c.thread_id;

INSERT INTO runs VALUES (1, '2026-01-01T00:00:00+00:00', '2026-01-01T00:01:00+00:00', '0.1', 's', 'm', 2, 0, 0, 3, 1);

INSERT INTO documents (rowid, id, name, title, kind, publisher, published, precision, format, sha256, characters, text,
  sources, warnings, run_id, fingerprint, search_key)
VALUES
  (71, 'd1', 'plan.txt', 'Ward plan', 'plan', 'Ward Board', '2023-06-30', 'day', 'txt', 'aa', 39,
    'The Ward Board will hire nurses by May.', '{}', '[]', 1, 'f1', 71),
  (72, 'd2', 'minutes.txt', NULL, 'minutes', NULL, NULL, NULL, 'txt', 'bb', 46,
    'It will hire porters. Nine nurses have joined.', '{}', '[]', 1, 'f2', 72);

INSERT INTO blocks VALUES ('d1', 0, 'paragraph', 0, 0, 39, NULL), ('d2', 0, 'paragraph', 0, 0, 46, NULL);

INSERT INTO owners VALUES ('ward-board', 'Ward Board', 'regulator', NULL, NULL, NULL, NULL, 1);

INSERT INTO threads VALUES ('t1', 'Nurses', '2023-06-30', '2023-06-30', 2, 2);

INSERT INTO statements VALUES
  ('s1', 'd1', 'commitment', 0, 't1'), ('s2', 'd2', 'commitment', 0, NULL), ('s3', 'd2', 'progress', 1, 't1');

INSERT INTO commitments (rowid, id, document_id, quote, start, "end", strength, owner_id, owner_explicit, deadline_text,
  deadline_end, deadline_rule, deadline_year, confidence, reasons, thread_id, search_key)
VALUES
  (81, 's1', 'd1', 'The Ward Board will hire nurses by May.', 0, 39, 'firm', 'ward-board', 1, 'by May', '2024-05-31',
    'month', '2024-25', 0.9, '[]', 't1', 81),
  (82, 's2', 'd2', 'It will hire porters.', 0, 21, 'aim', NULL, NULL, NULL, NULL, NULL, NULL, 0.6, '[]', NULL, 82);

INSERT INTO progress (id, document_id, quote, start, "end", kind, confidence, reasons, thread_id)
VALUES ('s3', 'd2', 'Nine nurses have joined.', 22, 46, 'measure', 0.8, '[]', 't1');

INSERT INTO commitment_owners VALUES ('s1', 'ward-board', 1, 1, 0.9, 'names it');

INSERT INTO metrics (statement_id, value, is_all, unit, text, start, "end")
VALUES ('s3', 9, 0, 'nurses', 'Nine nurses', 22, 33);

INSERT INTO themes VALUES ('s1', 'recruitment');

INSERT INTO vectors VALUES ('s1', x'0000803f', 'm');

INSERT INTO links VALUES ('l1', 's1', 's3', 'progresses', 0.9, '[]', '[]');

INSERT INTO rejections VALUES (1, 1, 'scan.pdf', 'no_text', 'Nothing to read.', NULL, '2026-01-01T00:00:30+00:00');

INSERT INTO reviews (statement_id, action, note, at)
VALUES ('s1', 'confirm', 'read again', '2026-02-01'), ('gone', 'reject', NULL, '2026-02-02');

PRAGMA application_id = 0x504c4447;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
