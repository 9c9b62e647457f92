-- Persons, legal entities, staff, sessions, one-time codes, limits and drafts of forms.
-- Sealed columns hold an opaque envelope; columns named *_index hold a keyed digest to find them by.

CREATE TABLE persons (
    id BLOB NOT NULL PRIMARY KEY,
    name BLOB,
    resident_id BLOB,
    resident_id_index BLOB UNIQUE,
    phone BLOB NOT NULL,
    phone_index BLOB NOT NULL UNIQUE,
    password_hash TEXT,
    verified_at TEXT,
    preferences TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- The unified social credit code (GB 32100) and the name of a legal entity are public.
CREATE TABLE entities (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE representations (
    person_id BLOB NOT NULL REFERENCES persons (id),
    entity_id BLOB NOT NULL REFERENCES entities (id),
    role TEXT NOT NULL,
    verified_at TEXT NOT NULL,
    revoked_at TEXT,
    PRIMARY KEY (person_id, entity_id)
) STRICT;

CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    department TEXT NOT NULL,
    roles TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- person_id and staff_id both NULL: an anonymous browser.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    person_id BLOB REFERENCES persons (id),
    staff_id BLOB REFERENCES staff (id),
    acting_for BLOB REFERENCES entities (id),
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    reauthenticated_at TEXT,
    agent TEXT NOT NULL,
    CHECK (person_id IS NULL OR staff_id IS NULL),
    CHECK (acting_for IS NULL OR person_id IS NOT NULL)
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person_id, id) WHERE person_id IS NOT NULL;
CREATE INDEX sessions_by_staff ON sessions (staff_id, id) WHERE staff_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- At most one live code for a purpose and a subject: sending a new one replaces the old.
CREATE TABLE one_time_codes (
    purpose TEXT NOT NULL,
    subject_index BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    used_at TEXT,
    PRIMARY KEY (purpose, subject_index)
) STRICT;
CREATE INDEX one_time_codes_by_expiry ON one_time_codes (expires_at);

-- A leaky bucket: drained_at is when the bucket is empty again, in microseconds since 1970.
CREATE TABLE rate_limits (
    key BLOB NOT NULL PRIMARY KEY,
    drained_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rate_limits_by_drained_at ON rate_limits (drained_at);

CREATE TABLE form_drafts (
    session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    form TEXT NOT NULL,
    answers BLOB NOT NULL CHECK (length(answers) <= 1048576),
    errors TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (session_id, form)
) STRICT;
CREATE INDEX form_drafts_by_expiry ON form_drafts (expires_at);
