-- Several status lists for each department: approvals take places in different rows at the same time, and a full list is
-- followed by a new one. What was the only list of a department is its list 0.

ALTER TABLE status_lists RENAME TO single_status_lists;

-- next_place counts the places given away, changes how often a standing in the list changed.
CREATE TABLE status_lists (
    department TEXT NOT NULL,
    number INTEGER NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    next_place INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    PRIMARY KEY (department, number)
) STRICT;
INSERT INTO status_lists (department, number, is_open, next_place, changes)
    SELECT department, 0, TRUE, next_place, 0 FROM single_status_lists;
DROP TABLE single_status_lists;

-- The keys of one department, newest first.
CREATE INDEX issuer_keys_by_department ON issuer_keys (department, id);
