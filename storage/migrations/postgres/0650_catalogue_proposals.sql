-- What new cases of a service begin with: the newest publication that has taken effect. Rows are never changed.
-- effective_from: a day in China. proposal_id: none for what an operator published with a command.
CREATE TABLE service_publications (
    code TEXT NOT NULL,
    number BIGINT NOT NULL,
    version_id UUID NOT NULL REFERENCES service_versions (id),
    effective_from TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    proposal_id UUID,
    PRIMARY KEY (code, number)
);
INSERT INTO service_publications (code, number, version_id, effective_from, published_at)
    SELECT v.code,
        ROW_NUMBER() OVER (PARTITION BY v.code ORDER BY CASE WHEN v.id = s.version_id THEN 1 ELSE 0 END, v.published_at),
        v.id, '0001-01-01', v.published_at
    FROM service_versions v JOIN services s ON s.code = v.code;

-- services.version_id is the newest published version from now on, in effect or not. last_day: the last day, in China, on
-- which one can apply; drafts can be filed for grace_days more.
ALTER TABLE services ADD COLUMN last_day TEXT;
ALTER TABLE services ADD COLUMN grace_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE services ADD COLUMN successor TEXT;

-- Changes of the catalogue that one proposes and another publishes. department: whose service it is or will be.
-- content: the definition as typed, right or wrong; empty for the end of a service.
CREATE TABLE service_proposals (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    department TEXT NOT NULL,
    base_version_id UUID REFERENCES service_versions (id),
    content TEXT NOT NULL,
    effective_from TEXT,
    last_day TEXT,
    grace_days BIGINT NOT NULL,
    successor TEXT,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    proposed_at TIMESTAMPTZ,
    decided_by UUID REFERENCES staff (id),
    decided_at TIMESTAMPTZ,
    reason TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX service_proposals_by_code ON service_proposals (code, created_at);
CREATE INDEX service_proposals_open ON service_proposals (department, state) WHERE state IN ('draft', 'proposed');
