-- Has its row when the database was made for a demo.
CREATE TABLE demo_mark (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    marked_at TIMESTAMPTZ NOT NULL
);
