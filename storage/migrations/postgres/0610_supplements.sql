-- Asking the applicant for more (补正), beginning again with the answers of a case that came to nothing, telling the office
-- above of what is late, and approval that the law takes as given.

-- asks: what is wrong and what would be right, question by question. changes: what the answer changed. Both sealed.
-- from_state: where the case goes on. days: working days for the answer; due_on is read from it by the calendar.
CREATE TABLE supplements (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    number BIGINT NOT NULL,
    asked_at TIMESTAMPTZ NOT NULL,
    asked_by UUID NOT NULL,
    from_state TEXT NOT NULL,
    asks BYTEA NOT NULL,
    days BIGINT NOT NULL,
    due_on TEXT NOT NULL,
    ended_at TIMESTAMPTZ,
    ended_by TEXT,
    changes BYTEA,
    UNIQUE (case_id, number)
);
CREATE INDEX supplements_open ON supplements (due_on, id) WHERE ended_at IS NULL;

-- previous_id: the case whose answers this one began with.
ALTER TABLE cases ADD COLUMN previous_id UUID;

-- The light that the office above has been told of: 0 none, 1 yellow, 2 red. tacit_on: from when on the law takes the case
-- as approved.
ALTER TABLE cases ADD COLUMN told BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN tacit_on TEXT;
CREATE INDEX cases_turned_yellow ON cases (yellow_on) WHERE yellow_on IS NOT NULL AND told = 0;
CREATE INDEX cases_turned_red ON cases (red_on) WHERE red_on IS NOT NULL AND told < 2;
CREATE INDEX cases_tacit ON cases (tacit_on, id) WHERE tacit_on IS NOT NULL;

-- Who above has been told, and what they said to it. words: sealed.
CREATE TABLE escalations (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    light TEXT NOT NULL,
    department TEXT NOT NULL,
    region BIGINT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ,
    seen_by UUID,
    words BYTEA
);
CREATE INDEX escalations_of_case ON escalations (case_id, at);
CREATE INDEX escalations_unseen ON escalations (region, department, at, id) WHERE seen_at IS NULL;
