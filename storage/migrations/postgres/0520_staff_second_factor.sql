-- Second factors of members of staff, sign-ins between password and code, and accounts at the identity service of a
-- province.

-- The secret is sealed. A code is good once: only a step after last_step is taken.
CREATE TABLE staff_second_factors (
    staff_id UUID NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BYTEA NOT NULL,
    confirmed_at TIMESTAMPTZ NOT NULL,
    last_step BIGINT NOT NULL
);

-- Keyed digests; a code that was used is gone.
CREATE TABLE staff_recovery_codes (
    staff_id UUID NOT NULL REFERENCES staff (id),
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

-- Whoever has the session has proved one factor of the member, and is not signed in.
CREATE TABLE staff_half_sign_ins (
    session_id UUID NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    staff_id UUID NOT NULL REFERENCES staff (id),
    way TEXT NOT NULL,
    proven_at TIMESTAMPTZ,
    attempts BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_half_sign_ins_by_staff ON staff_half_sign_ins (staff_id);
CREATE INDEX staff_half_sign_ins_by_expiry ON staff_half_sign_ins (expires_at);

-- subject_index is a keyed digest of issuer and subject.
CREATE TABLE staff_links (
    staff_id UUID NOT NULL PRIMARY KEY REFERENCES staff (id),
    subject_index BYTEA NOT NULL UNIQUE,
    linked_at TIMESTAMPTZ NOT NULL
);

-- A sign-in under way at the identity service, one for each browser. The secrets are sealed.
CREATE TABLE staff_oidc_requests (
    session_id UUID NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    state_hash BYTEA NOT NULL,
    secrets BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX staff_oidc_requests_by_expiry ON staff_oidc_requests (expires_at);

-- Whether a member of staff proved two factors in it.
ALTER TABLE sessions ADD COLUMN two_factors BOOLEAN NOT NULL DEFAULT FALSE;
