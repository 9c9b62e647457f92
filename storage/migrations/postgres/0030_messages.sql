-- The message centre, the outbox of effects that must leave, and the answers kept for repeated requests.

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    kind TEXT NOT NULL,
    params BYTEA NOT NULL,
    case_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ
);
CREATE INDEX messages_by_person ON messages (person_id, created_at, id);

-- Counted in the transaction that adds or reads a message.
CREATE TABLE message_counters (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (id),
    unread BIGINT NOT NULL
);

-- available_at moves to the end of the lease when a message is leased; attempts is the fencing number of a lease.
CREATE TABLE outbox (
    id UUID NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    available_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner TEXT,
    leased_until TIMESTAMPTZ,
    done_at TIMESTAMPTZ,
    dead_at TIMESTAMPTZ,
    last_error TEXT,
    UNIQUE (topic, key)
);
CREATE INDEX outbox_pending ON outbox (topic, available_at, id) WHERE done_at IS NULL AND dead_at IS NULL;
CREATE INDEX outbox_dead ON outbox (topic, dead_at, id) WHERE dead_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    response BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);
