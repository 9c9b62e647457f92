-- Cases from their first draft, what happened to them, and the files that came with them.
-- Every row carries the person it belongs to.

CREATE TABLE cases (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    entity_id UUID REFERENCES entities (id),
    service_code TEXT NOT NULL,
    version_id UUID NOT NULL REFERENCES service_versions (id),
    department TEXT NOT NULL,
    reference TEXT UNIQUE,
    state TEXT NOT NULL,
    raw_answers BYTEA NOT NULL,
    answers BYTEA,
    decision BYTEA,
    pending_facts BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    submitted_at TIMESTAMPTZ,
    due_on TEXT,
    closed_at TIMESTAMPTZ,
    version BIGINT NOT NULL
);
CREATE INDEX cases_by_person ON cases (person_id, changed_at, id);
CREATE INDEX cases_in_queue ON cases (department, state, submitted_at, id) WHERE submitted_at IS NOT NULL;

CREATE TABLE case_events (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    detail BYTEA
);
CREATE INDEX case_events_by_case ON case_events (case_id, at, id);

CREATE TABLE files (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    field TEXT NOT NULL,
    name BYTEA NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ
);
CREATE INDEX files_by_case ON files (case_id, id);

-- Sealed pieces of a file, one megabyte each.
CREATE TABLE file_pieces (
    file_id UUID NOT NULL REFERENCES files (id),
    number BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (file_id, number)
);
