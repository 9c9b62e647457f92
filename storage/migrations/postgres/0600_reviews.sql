-- Reviews (好差评): the right to give one, what was said, what became of it, counters, and the feed to an upper platform.

-- One right for each closed subject, for ninety days. Filed with it, so there is no index beyond what keeps it single.
CREATE TABLE review_rights (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place BIGINT NOT NULL,
    handler TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    asked_at TIMESTAMPTZ,
    used_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL,
    UNIQUE (subject_id, subject_kind)
);

-- The id is random: it tells nobody when the review was given. `day` is what staff may know of that.
CREATE TABLE reviews (
    id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (id),
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place BIGINT NOT NULL,
    handler TEXT NOT NULL,
    grade BIGINT NOT NULL,
    tags TEXT NOT NULL,
    words BYTEA,
    marks TEXT NOT NULL,
    day TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (subject_id, subject_kind)
);
CREATE INDEX reviews_of_department ON reviews (department, day, id);

-- Kept in the transaction that changes them; public pages read nothing else.
CREATE TABLE review_counts (
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    place BIGINT NOT NULL,
    month TEXT NOT NULL,
    grade BIGINT NOT NULL,
    given BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    in_time BIGINT NOT NULL,
    PRIMARY KEY (department, service_code, place, month, grade)
);
CREATE TABLE review_tag_counts (
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    place BIGINT NOT NULL,
    month TEXT NOT NULL,
    tag TEXT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (department, service_code, place, month, tag)
);

-- Rectification of bad reviews. Days are days in China, the last ones of their terms.
CREATE TABLE review_tasks (
    review_id UUID NOT NULL PRIMARY KEY REFERENCES reviews (id),
    person_id UUID NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place BIGINT NOT NULL,
    state TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    verify_by TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    follow_up_by TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX review_tasks_in_state ON review_tasks (department, state, opened_on, review_id);
CREATE INDEX review_tasks_answered ON review_tasks (follow_up_by, review_id) WHERE state = 'answered';

CREATE TABLE review_task_events (
    id UUID NOT NULL PRIMARY KEY,
    review_id UUID NOT NULL REFERENCES review_tasks (review_id),
    person_id UUID NOT NULL,
    number BIGINT NOT NULL,
    event TEXT NOT NULL,
    staff_id UUID,
    words BYTEA,
    at TIMESTAMPTZ NOT NULL,
    UNIQUE (review_id, number)
);

-- What leaves for the upper platform, in the order in which it happened. The head is locked by who adds, so that numbers
-- become visible in their order and none is passed over.
CREATE TABLE review_feed_head (
    id BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL,
    batch BIGINT NOT NULL
);
INSERT INTO review_feed_head (id, last, batch) VALUES (1, 0, 1);
CREATE TABLE review_feed (
    seq BIGINT NOT NULL PRIMARY KEY,
    review_id UUID NOT NULL REFERENCES reviews (id),
    event TEXT NOT NULL,
    day TEXT NOT NULL,
    UNIQUE (review_id, event)
);
CREATE TABLE review_batches (
    number BIGINT NOT NULL PRIMARY KEY,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    acknowledged_at TIMESTAMPTZ
);
