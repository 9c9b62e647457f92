-- Offices (a department at a place), posts in them, who is on a post, and what is announced of a year's working days.

CREATE TABLE offices (
    id UUID NOT NULL PRIMARY KEY,
    department TEXT NOT NULL,
    region BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    abolished_at TIMESTAMPTZ,
    successor_id UUID REFERENCES offices (id)
);
CREATE UNIQUE INDEX offices_open ON offices (department, region) WHERE abolished_at IS NULL;

-- A post allows its roles for a department (all of them: NULL) at a region and within it. roles: their codes, as JSON.
CREATE TABLE posts (
    id UUID NOT NULL PRIMARY KEY,
    office_id UUID NOT NULL REFERENCES offices (id),
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    roles JSONB NOT NULL,
    department TEXT,
    region BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);
CREATE INDEX posts_by_office ON posts (office_id, id);

-- deputy_for: whose post it is, while someone else stands in (代岗). Ended early: ended_at.
CREATE TABLE appointments (
    id UUID NOT NULL PRIMARY KEY,
    post_id UUID NOT NULL REFERENCES posts (id),
    staff_id UUID NOT NULL REFERENCES staff (id),
    deputy_for UUID REFERENCES staff (id),
    reason TEXT,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    made_by UUID,
    ended_at TIMESTAMPTZ
);
CREATE INDEX appointments_by_staff ON appointments (staff_id, starts_at) WHERE ended_at IS NULL;
CREATE INDEX appointments_by_post ON appointments (post_id, starts_at);

-- Announced days of a year, as JSON; they replace those that ship with the program.
CREATE TABLE calendar_years (
    year BIGINT NOT NULL PRIMARY KEY,
    days JSONB NOT NULL,
    loaded_at TIMESTAMPTZ NOT NULL
);

-- Counts changes of offices and calendars, so that processes notice them.
CREATE TABLE organisation_generation (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    generation BIGINT NOT NULL
);
INSERT INTO organisation_generation (only_row, generation) VALUES (1, 1);

-- Until now all departments were those of Hangzhou (3301), and who worked for one had roles for all of it.
INSERT INTO offices (id, department, region, name_zh, name_en, opened_at)
    SELECT gen_random_uuid(), department, 330100000000000, department, department, MIN(created_at)
    FROM staff GROUP BY department;
INSERT INTO posts (id, office_id, title_zh, title_en, roles, department, region, created_at)
    SELECT staff.id, offices.id, '工作人员', 'Officer', staff.roles, staff.department, offices.region, staff.created_at
    FROM staff JOIN offices ON offices.department = staff.department;
INSERT INTO appointments (id, post_id, staff_id, starts_at) SELECT id, id, id, created_at FROM staff;
ALTER TABLE staff DROP COLUMN department;
ALTER TABLE staff DROP COLUMN roles;

-- place: of the office that handles the case. clock: what happened to its clock, as JSON; the dates are read from it.
ALTER TABLE cases ADD COLUMN place BIGINT NOT NULL DEFAULT 330100000000000;
ALTER TABLE cases ADD COLUMN clock JSONB;
ALTER TABLE cases ADD COLUMN yellow_on TEXT;
ALTER TABLE cases ADD COLUMN red_on TEXT;
ALTER TABLE cases ADD COLUMN statutory_on TEXT;
-- Who works on the case, and until when it is theirs.
ALTER TABLE cases ADD COLUMN held_by UUID;
ALTER TABLE cases ADD COLUMN held_until TIMESTAMPTZ;
CREATE INDEX cases_at_office ON cases (department, place, state, submitted_at, id)
    WHERE state IN ('awaiting_payment', 'submitted', 'accepted', 'supplementing');
CREATE INDEX cases_running ON cases (yellow_on) WHERE yellow_on IS NOT NULL;

-- Clerks find people by name. Filled when identity is proven; older rows when the jobs start, which find them here.
ALTER TABLE persons ADD COLUMN name_index BYTEA;
CREATE INDEX persons_by_name ON persons (name_index, id) WHERE name_index IS NOT NULL;
CREATE INDEX persons_without_name_index ON persons (id) WHERE name IS NOT NULL AND name_index IS NULL;
