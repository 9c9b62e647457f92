-- Published versions of service definitions. Immutable: a version is named by the digest of its content.

CREATE TABLE service_versions (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    digest BLOB NOT NULL,
    definition TEXT NOT NULL,
    published_at TEXT NOT NULL,
    UNIQUE (code, digest)
) STRICT;

-- The version that new cases begin with. generation counts publications, so that processes notice them.
CREATE TABLE services (
    code TEXT NOT NULL PRIMARY KEY,
    version_id BLOB NOT NULL REFERENCES service_versions (id),
    retired_at TEXT
) STRICT;

CREATE TABLE catalog_generation (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO catalog_generation (only_row, generation) VALUES (1, 0);
