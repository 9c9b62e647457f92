-- Published versions of service definitions. Immutable: a version is named by the digest of its content.

CREATE TABLE service_versions (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    digest BYTEA NOT NULL,
    definition JSONB NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    UNIQUE (code, digest)
);

-- The version that new cases begin with. generation counts publications, so that processes notice them.
CREATE TABLE services (
    code TEXT NOT NULL PRIMARY KEY,
    version_id UUID NOT NULL REFERENCES service_versions (id),
    retired_at TIMESTAMPTZ
);

CREATE TABLE catalog_generation (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    generation BIGINT NOT NULL
);
INSERT INTO catalog_generation (only_row, generation) VALUES (1, 0);
