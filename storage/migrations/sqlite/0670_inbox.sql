-- The desk of clerks: saved views, internal notes, templates of reasons, and the indexes that its lists read.

-- What a member of staff looks at again and again. slot bounds their number; a region is a place in 15 digits.
CREATE TABLE desk_views (
    id BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL REFERENCES staff (id),
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 20),
    name TEXT NOT NULL,
    department TEXT NOT NULL,
    region INTEGER NOT NULL,
    within INTEGER,
    turn TEXT,
    state TEXT,
    light TEXT,
    hands TEXT,
    service_code TEXT,
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    created_at TEXT NOT NULL,
    UNIQUE (staff_id, slot)
) STRICT;
CREATE UNIQUE INDEX desk_views_default ON desk_views (staff_id) WHERE is_default;

-- What clerks write for each other about a case; its applicant never sees it. words: sealed.
CREATE TABLE case_notes (
    id BLOB NOT NULL PRIMARY KEY,
    case_id BLOB NOT NULL REFERENCES cases (id),
    person_id BLOB NOT NULL REFERENCES persons (id),
    staff_id BLOB NOT NULL,
    words BLOB NOT NULL,
    at TEXT NOT NULL,
    struck_at TEXT
) STRICT;
CREATE INDEX case_notes_of_case ON case_notes (case_id, at, id);

-- Texts of an office for reasons of one kind. slot bounds their number.
CREATE TABLE reason_templates (
    id BLOB NOT NULL PRIMARY KEY,
    office_id BLOB NOT NULL REFERENCES offices (id),
    kind TEXT NOT NULL,
    slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 20),
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (office_id, kind, slot)
) STRICT;

-- Open cases of a department, oldest first: at one office, and within a place at the levels between an office and the
-- whole department, by the first 4, 6 and 9 of the 15 digits of a place.
DROP INDEX cases_at_office;
CREATE INDEX cases_at_office ON cases (department, place, state, submitted_at, id)
    WHERE submitted_at IS NOT NULL AND closed_at IS NULL;
CREATE INDEX cases_open_in_city ON cases (department, (place / 100000000000), state, submitted_at, id)
    WHERE submitted_at IS NOT NULL AND closed_at IS NULL;
CREATE INDEX cases_open_in_county ON cases (department, (place / 1000000000), state, submitted_at, id)
    WHERE submitted_at IS NOT NULL AND closed_at IS NULL;
CREATE INDEX cases_open_in_township ON cases (department, (place / 1000000), state, submitted_at, id)
    WHERE submitted_at IS NOT NULL AND closed_at IS NULL;

-- What happened to filed cases lately, in the order it happened.
CREATE INDEX cases_changed ON cases (changed_at, id) WHERE submitted_at IS NOT NULL;
