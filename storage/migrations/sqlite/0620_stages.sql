-- Stages of an examination: whose opinion is asked for, and what they said. words: sealed.

CREATE TABLE case_seats (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES cases (id),
    person_id BLOB NOT NULL,
    stage INTEGER NOT NULL,
    seat INTEGER NOT NULL,
    department TEXT NOT NULL,
    place INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    staff_id BLOB,
    favours INTEGER,
    words BLOB,
    UNIQUE (case_id, stage, seat)
) STRICT;
CREATE INDEX case_seats_open ON case_seats (department, place, opened_at, id) WHERE closed_at IS NULL;
