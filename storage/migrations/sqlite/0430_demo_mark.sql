-- Has its row when the database was made for a demo.
CREATE TABLE demo_mark (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    marked_at TEXT NOT NULL
) STRICT;
