-- Bundles of services: their versions, with their members as they were, and which version new forms begin with.

CREATE TABLE bundle_versions (
    version_id UUID NOT NULL PRIMARY KEY REFERENCES service_versions (id),
    content JSONB NOT NULL
);

CREATE TABLE bundles (
    code TEXT NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES service_versions (id),
    retired_at TIMESTAMPTZ
);

-- The case of a member points to the form it was filed with.
ALTER TABLE cases ADD COLUMN bundle_id UUID;
CREATE INDEX cases_by_bundle ON cases (bundle_id, id) WHERE bundle_id IS NOT NULL;

-- What became of each member that applied when a form was filed.
CREATE TABLE bundle_members (
    bundle_id UUID NOT NULL REFERENCES cases (id),
    service_code TEXT NOT NULL,
    person_id UUID NOT NULL,
    position BIGINT NOT NULL,
    case_id UUID REFERENCES cases (id),
    unfiled TEXT,
    other_case_id UUID,
    PRIMARY KEY (bundle_id, service_code)
);
