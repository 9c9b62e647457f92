-- How long a case may keep what registers said, as its owner was told; and drafts that nobody comes back to.

ALTER TABLE cases ADD COLUMN evidence_until TIMESTAMPTZ;
ALTER TABLE cases ADD COLUMN evidence_erased_at TIMESTAMPTZ;
CREATE INDEX cases_with_evidence_due ON cases (evidence_until) WHERE evidence_until IS NOT NULL;
CREATE INDEX cases_abandoned ON cases (changed_at) WHERE state = 'draft';
