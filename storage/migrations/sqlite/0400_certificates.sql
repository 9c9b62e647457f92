-- Keys of issuing departments, certificates, their status lists, and what holders chose to show.

CREATE TABLE issuer_keys (
    id BLOB NOT NULL PRIMARY KEY,
    department TEXT NOT NULL,
    kid TEXT NOT NULL UNIQUE,
    jwk TEXT NOT NULL,
    private_key BLOB NOT NULL,
    created_at TEXT NOT NULL,
    retired_at TEXT
) STRICT;
CREATE UNIQUE INDEX issuer_keys_in_use ON issuer_keys (department) WHERE retired_at IS NULL;

-- One list for each department. next_place counts the places given away.
CREATE TABLE status_lists (
    department TEXT NOT NULL PRIMARY KEY,
    next_place INTEGER NOT NULL
) STRICT;

CREATE TABLE certificates (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    entity_id BLOB REFERENCES entities (id),
    case_id BLOB NOT NULL UNIQUE REFERENCES cases (id),
    department TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    version_id BLOB NOT NULL REFERENCES service_versions (id),
    credential BLOB NOT NULL,
    issued_at TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    standing TEXT NOT NULL,
    standing_changed_at TEXT,
    standing_reason BLOB,
    status_place INTEGER NOT NULL,
    UNIQUE (department, status_place)
) STRICT;
CREATE INDEX certificates_by_person ON certificates (person_id, issued_at, id);
CREATE INDEX certificates_not_good ON certificates (department, status_place) WHERE standing <> 'good';

-- What a holder shows with a QR code: a presentation with the chosen claims, found by the digest of its token.
CREATE TABLE certificate_shares (
    token_digest BLOB NOT NULL PRIMARY KEY,
    certificate_id BLOB NOT NULL REFERENCES certificates (id),
    person_id BLOB NOT NULL,
    presentation BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX certificate_shares_by_expiry ON certificate_shares (expires_at);
