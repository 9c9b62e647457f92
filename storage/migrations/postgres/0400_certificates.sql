-- Keys of issuing departments, certificates, their status lists, and what holders chose to show.

CREATE TABLE issuer_keys (
    id UUID NOT NULL PRIMARY KEY,
    department TEXT NOT NULL,
    kid TEXT NOT NULL UNIQUE,
    jwk JSONB NOT NULL,
    private_key BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    retired_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX issuer_keys_in_use ON issuer_keys (department) WHERE retired_at IS NULL;

-- One list for each department. next_place counts the places given away.
CREATE TABLE status_lists (
    department TEXT NOT NULL PRIMARY KEY,
    next_place BIGINT NOT NULL
);

CREATE TABLE certificates (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    entity_id UUID REFERENCES entities (id),
    case_id UUID NOT NULL UNIQUE REFERENCES cases (id),
    department TEXT NOT NULL,
    kind TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    version_id UUID NOT NULL REFERENCES service_versions (id),
    credential BYTEA NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ,
    standing TEXT NOT NULL,
    standing_changed_at TIMESTAMPTZ,
    standing_reason BYTEA,
    status_place BIGINT NOT NULL,
    UNIQUE (department, status_place)
);
CREATE INDEX certificates_by_person ON certificates (person_id, issued_at, id);
CREATE INDEX certificates_not_good ON certificates (department, status_place) WHERE standing <> 'good';

-- What a holder shows with a QR code: a presentation with the chosen claims, found by the digest of its token.
CREATE TABLE certificate_shares (
    token_digest BYTEA NOT NULL PRIMARY KEY,
    certificate_id UUID NOT NULL REFERENCES certificates (id),
    person_id UUID NOT NULL,
    presentation BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX certificate_shares_by_expiry ON certificate_shares (expires_at);
