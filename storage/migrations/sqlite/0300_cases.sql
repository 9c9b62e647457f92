-- Cases from their first draft, what happened to them, and the files that came with them.
-- Every row carries the person it belongs to.

CREATE TABLE cases (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    entity_id BLOB REFERENCES entities (id),
    service_code TEXT NOT NULL,
    version_id BLOB NOT NULL REFERENCES service_versions (id),
    department TEXT NOT NULL,
    reference TEXT UNIQUE,
    state TEXT NOT NULL,
    raw_answers BLOB NOT NULL,
    answers BLOB,
    decision BLOB,
    pending_facts INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    submitted_at TEXT,
    due_on TEXT,
    closed_at TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_by_person ON cases (person_id, changed_at, id);
CREATE INDEX cases_in_queue ON cases (department, state, submitted_at, id) WHERE submitted_at IS NOT NULL;

CREATE TABLE case_events (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES cases (id),
    person_id BLOB NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BLOB,
    detail BLOB
) STRICT;
CREATE INDEX case_events_by_case ON case_events (case_id, at, id);

CREATE TABLE files (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES cases (id),
    person_id BLOB NOT NULL,
    field TEXT NOT NULL,
    name BLOB NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest BLOB NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE INDEX files_by_case ON files (case_id, id);

-- Sealed pieces of a file, one megabyte each.
CREATE TABLE file_pieces (
    file_id BLOB NOT NULL REFERENCES files (id),
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (file_id, number)
) STRICT;
