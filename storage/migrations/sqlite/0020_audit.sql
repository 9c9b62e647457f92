-- The audit trail: append-only and hash-chained in a few lanes, so that concurrent transactions need not queue
-- for one head. detail is TEXT, not JSON, because its exact bytes are under the hash.

CREATE TABLE audit_entries (
    lane INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BLOB,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    person_id BLOB,
    purpose TEXT,
    detail TEXT NOT NULL,
    prev_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (lane, seq)
) STRICT;
CREATE INDEX audit_entries_by_person ON audit_entries (person_id, at, lane, seq) WHERE person_id IS NOT NULL;
CREATE INDEX audit_entries_by_subject ON audit_entries (subject_kind, subject_id, at, lane, seq);

-- The last entry of each lane; seq 0 and a zero hash before the first.
CREATE TABLE audit_heads (
    lane INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- Signed statements of all heads at a moment; the signature is made and checked above this layer.
CREATE TABLE audit_checkpoints (
    number INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    heads TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT;

WITH RECURSIVE lanes (lane) AS (SELECT 0 UNION ALL SELECT lane + 1 FROM lanes WHERE lane < 15)
INSERT INTO audit_heads (lane, seq, hash) SELECT lane, 0, zeroblob(32) FROM lanes;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_heads_only_grow BEFORE UPDATE ON audit_heads
WHEN NEW.lane <> OLD.lane OR NEW.seq <= OLD.seq
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
