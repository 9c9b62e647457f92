-- Consents, and what registers said under them.

CREATE TABLE consents (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    case_id BLOB NOT NULL REFERENCES cases (id),
    service_code TEXT NOT NULL,
    purpose TEXT NOT NULL,
    facts TEXT NOT NULL,
    keep_days INTEGER NOT NULL,
    given_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX consents_by_person ON consents (person_id, given_at, id);
CREATE INDEX consents_by_case ON consents (case_id, given_at, id);

-- One row for each fact of a case. state: pending, known or no_record. digest: SHA-256 of the register's answer.
CREATE TABLE evidence (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES cases (id),
    person_id BLOB NOT NULL,
    consent_id BLOB NOT NULL REFERENCES consents (id),
    register TEXT NOT NULL,
    fact TEXT NOT NULL,
    state TEXT NOT NULL,
    value BLOB,
    observed_at TEXT,
    fetched_at TEXT,
    digest BLOB,
    contested_at TEXT,
    contest_reason BLOB,
    UNIQUE (case_id, fact)
) STRICT;
CREATE INDEX evidence_pending ON evidence (register, case_id) WHERE state = 'pending';
