-- Known values, one sealed with each key of the ring that this database was written with: another ring opens none of them.
CREATE TABLE key_checks (
    key_id INTEGER NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    index_digest BLOB NOT NULL
) STRICT;
