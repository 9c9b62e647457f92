-- The audit trail: append-only and hash-chained in a few lanes, so that concurrent transactions need not queue
-- for one head. detail is TEXT, not JSON, because its exact bytes are under the hash.

CREATE TABLE audit_entries (
    lane BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    person_id UUID,
    purpose TEXT,
    detail TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (lane, seq)
);
CREATE INDEX audit_entries_by_person ON audit_entries (person_id, at, lane, seq) WHERE person_id IS NOT NULL;
CREATE INDEX audit_entries_by_subject ON audit_entries (subject_kind, subject_id, at, lane, seq);

-- The last entry of each lane; seq 0 and a zero hash before the first.
CREATE TABLE audit_heads (
    lane BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

-- Signed statements of all heads at a moment; the signature is made and checked above this layer.
CREATE TABLE audit_checkpoints (
    number BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    heads TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature BYTEA NOT NULL
);

ALTER TABLE audit_heads SET (fillfactor = 20);
INSERT INTO audit_heads (lane, seq, hash)
SELECT lane, 0, decode(repeat('00', 32), 'hex') FROM generate_series(0, 15) AS lanes (lane);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE OR DELETE ON audit_checkpoints
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_only_grow BEFORE UPDATE ON audit_heads
FOR EACH ROW WHEN (NEW.lane <> OLD.lane OR NEW.seq <= OLD.seq) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_no_delete BEFORE DELETE ON audit_heads
FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
