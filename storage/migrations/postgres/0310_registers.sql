-- Consents, and what registers said under them.

CREATE TABLE consents (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    case_id UUID NOT NULL REFERENCES cases (id),
    service_code TEXT NOT NULL,
    purpose JSONB NOT NULL,
    facts JSONB NOT NULL,
    keep_days BIGINT NOT NULL,
    given_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX consents_by_person ON consents (person_id, given_at, id);
CREATE INDEX consents_by_case ON consents (case_id, given_at, id);

-- One row for each fact of a case. state: pending, known or no_record. digest: SHA-256 of the register's answer.
CREATE TABLE evidence (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    consent_id UUID NOT NULL REFERENCES consents (id),
    register TEXT NOT NULL,
    fact TEXT NOT NULL,
    state TEXT NOT NULL,
    value BYTEA,
    observed_at TIMESTAMPTZ,
    fetched_at TIMESTAMPTZ,
    digest BYTEA,
    contested_at TIMESTAMPTZ,
    contest_reason BYTEA,
    UNIQUE (case_id, fact)
);
CREATE INDEX evidence_pending ON evidence (register, case_id) WHERE state = 'pending';
