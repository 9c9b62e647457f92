-- Stages of an examination: whose opinion is asked for, and what they said. words: sealed.

CREATE TABLE case_seats (
    id UUID NOT NULL PRIMARY KEY,
    case_id UUID NOT NULL REFERENCES cases (id),
    person_id UUID NOT NULL,
    stage BIGINT NOT NULL,
    seat BIGINT NOT NULL,
    department TEXT NOT NULL,
    place BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    staff_id UUID,
    favours BOOLEAN,
    words BYTEA,
    UNIQUE (case_id, stage, seat)
);
CREATE INDEX case_seats_open ON case_seats (department, place, opened_at, id) WHERE closed_at IS NULL;
