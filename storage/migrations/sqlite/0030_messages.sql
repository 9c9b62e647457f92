-- The message centre, the outbox of effects that must leave, and the answers kept for repeated requests.

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    params BLOB NOT NULL,
    case_id BLOB,
    created_at TEXT NOT NULL,
    read_at TEXT
) STRICT;
CREATE INDEX messages_by_person ON messages (person_id, created_at, id);

-- Counted in the transaction that adds or reads a message.
CREATE TABLE message_counters (
    person_id BLOB NOT NULL PRIMARY KEY REFERENCES persons (id),
    unread INTEGER NOT NULL
) STRICT;

-- available_at moves to the end of the lease when a message is leased; attempts is the fencing number of a lease.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload BLOB NOT NULL,
    created_at TEXT NOT NULL,
    available_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    lease_owner TEXT,
    leased_until TEXT,
    done_at TEXT,
    dead_at TEXT,
    last_error TEXT,
    UNIQUE (topic, key)
) STRICT;
CREATE INDEX outbox_pending ON outbox (topic, available_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (topic, dead_at, id) WHERE dead_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    response BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
