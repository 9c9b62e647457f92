-- Reviews (好差评): the right to give one, what was said, what became of it, counters, and the feed to an upper platform.

-- One right for each closed subject, for ninety days. Filed with it, so there is no index beyond what keeps it single.
CREATE TABLE review_rights (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place INTEGER NOT NULL,
    handler TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    asked_at TEXT,
    used_at TEXT,
    expires_at TEXT NOT NULL,
    UNIQUE (subject_id, subject_kind)
) STRICT;

-- The id is random: it tells nobody when the review was given. `day` is what staff may know of that.
CREATE TABLE reviews (
    id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (id),
    subject_kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place INTEGER NOT NULL,
    handler TEXT NOT NULL,
    grade INTEGER NOT NULL,
    tags TEXT NOT NULL,
    words BLOB,
    marks TEXT NOT NULL,
    day TEXT NOT NULL,
    created_at TEXT NOT NULL,
    version INTEGER NOT NULL,
    UNIQUE (subject_id, subject_kind)
) STRICT;
CREATE INDEX reviews_of_department ON reviews (department, day, id);

-- Kept in the transaction that changes them; public pages read nothing else.
CREATE TABLE review_counts (
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    place INTEGER NOT NULL,
    month TEXT NOT NULL,
    grade INTEGER NOT NULL,
    given INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    PRIMARY KEY (department, service_code, place, month, grade)
) STRICT;
CREATE TABLE review_tag_counts (
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    place INTEGER NOT NULL,
    month TEXT NOT NULL,
    tag TEXT NOT NULL,
    given INTEGER NOT NULL,
    PRIMARY KEY (department, service_code, place, month, tag)
) STRICT;

-- Rectification of bad reviews. Days are days in China, the last ones of their terms.
CREATE TABLE review_tasks (
    review_id BLOB NOT NULL PRIMARY KEY REFERENCES reviews (id),
    person_id BLOB NOT NULL,
    service_code TEXT NOT NULL,
    department TEXT NOT NULL,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    verify_by TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    follow_up_by TEXT,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX review_tasks_in_state ON review_tasks (department, state, opened_on, review_id);
CREATE INDEX review_tasks_answered ON review_tasks (follow_up_by, review_id) WHERE state = 'answered';

CREATE TABLE review_task_events (
    id BLOB NOT NULL PRIMARY KEY,
    review_id BLOB NOT NULL REFERENCES review_tasks (review_id),
    person_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    event TEXT NOT NULL,
    staff_id BLOB,
    words BLOB,
    at TEXT NOT NULL,
    UNIQUE (review_id, number)
) STRICT;

-- What leaves for the upper platform, in the order in which it happened. The head is locked by who adds, so that numbers
-- become visible in their order and none is passed over.
CREATE TABLE review_feed_head (
    id INTEGER NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL,
    batch INTEGER NOT NULL
) STRICT;
INSERT INTO review_feed_head (id, last, batch) VALUES (1, 0, 1);
CREATE TABLE review_feed (
    seq INTEGER NOT NULL PRIMARY KEY,
    review_id BLOB NOT NULL REFERENCES reviews (id),
    event TEXT NOT NULL,
    day TEXT NOT NULL,
    UNIQUE (review_id, event)
) STRICT;
CREATE TABLE review_batches (
    number INTEGER NOT NULL PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    acknowledged_at TEXT
) STRICT;
