-- Persons, legal entities, staff, sessions, one-time codes, limits and drafts of forms.
-- Sealed columns hold an opaque envelope; columns named *_index hold a keyed digest to find them by.

CREATE TABLE persons (
    id UUID NOT NULL PRIMARY KEY,
    name BYTEA,
    resident_id BYTEA,
    resident_id_index BYTEA UNIQUE,
    phone BYTEA NOT NULL,
    phone_index BYTEA NOT NULL UNIQUE,
    password_hash TEXT,
    verified_at TIMESTAMPTZ,
    preferences JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);

-- The unified social credit code (GB 32100) and the name of a legal entity are public.
CREATE TABLE entities (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE representations (
    person_id UUID NOT NULL REFERENCES persons (id),
    entity_id UUID NOT NULL REFERENCES entities (id),
    role TEXT NOT NULL,
    verified_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (person_id, entity_id)
);

CREATE TABLE staff (
    id UUID NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    department TEXT NOT NULL,
    roles JSONB NOT NULL,
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    must_change BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL
);

-- person_id and staff_id both NULL: an anonymous browser.
CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    person_id UUID REFERENCES persons (id),
    staff_id UUID REFERENCES staff (id),
    acting_for UUID REFERENCES entities (id),
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    reauthenticated_at TIMESTAMPTZ,
    agent TEXT NOT NULL,
    CHECK (person_id IS NULL OR staff_id IS NULL),
    CHECK (acting_for IS NULL OR person_id IS NOT NULL)
);
CREATE INDEX sessions_by_person ON sessions (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX sessions_by_staff ON sessions (staff_id, id) WHERE staff_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- At most one live code for a purpose and a subject: sending a new one replaces the old.
CREATE TABLE one_time_codes (
    purpose TEXT NOT NULL,
    subject_index BYTEA NOT NULL,
    code_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (purpose, subject_index)
);
CREATE INDEX one_time_codes_by_expiry ON one_time_codes (expires_at);

-- A leaky bucket: drained_at is when the bucket is empty again, in microseconds since 1970.
CREATE TABLE rate_limits (
    key BYTEA NOT NULL PRIMARY KEY,
    drained_at BIGINT NOT NULL
);
CREATE INDEX rate_limits_by_drained_at ON rate_limits (drained_at);

CREATE TABLE form_drafts (
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    answers BYTEA NOT NULL CHECK (length(answers) <= 1048576),
    errors JSONB NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, form)
);
CREATE INDEX form_drafts_by_expiry ON form_drafts (expires_at);
