-- Second factors of members of staff, sign-ins between password and code, and accounts at the identity service of a
-- province.

-- The secret is sealed. A code is good once: only a step after last_step is taken.
CREATE TABLE staff_second_factors (
    staff_id BLOB NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BLOB NOT NULL,
    confirmed_at TEXT NOT NULL,
    last_step INTEGER NOT NULL
) STRICT;

-- Keyed digests; a code that was used is gone.
CREATE TABLE staff_recovery_codes (
    staff_id BLOB NOT NULL REFERENCES staff (id),
    code_hash BLOB NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
) STRICT;

-- Whoever has the session has proved one factor of the member, and is not signed in.
CREATE TABLE staff_half_sign_ins (
    session_id BLOB NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    way TEXT NOT NULL,
    proven_at TEXT,
    attempts INTEGER NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX staff_half_sign_ins_by_staff ON staff_half_sign_ins (staff_id);
CREATE INDEX staff_half_sign_ins_by_expiry ON staff_half_sign_ins (expires_at);

-- subject_index is a keyed digest of issuer and subject.
CREATE TABLE staff_links (
    staff_id BLOB NOT NULL PRIMARY KEY REFERENCES staff (id),
    subject_index BLOB NOT NULL UNIQUE,
    linked_at TEXT NOT NULL
) STRICT;

-- A sign-in under way at the identity service, one for each browser. The secrets are sealed.
CREATE TABLE staff_oidc_requests (
    session_id BLOB NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    state_hash BLOB NOT NULL,
    secrets BLOB NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX staff_oidc_requests_by_expiry ON staff_oidc_requests (expires_at);

-- Whether a member of staff proved two factors in it.
ALTER TABLE sessions ADD COLUMN two_factors INTEGER NOT NULL DEFAULT 0 CHECK (two_factors IN (0, 1));
