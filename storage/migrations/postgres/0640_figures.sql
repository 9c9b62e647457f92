-- Figures: counters that a job keeps from what happened to cases. A look at a place reads these, never cases.

-- Whether the job has counted what happened.
ALTER TABLE case_events ADD COLUMN counted BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX case_events_uncounted ON case_events (at, id) WHERE NOT counted;

-- A place with all within it; a department or all of them (''), a service or all of them (''); a day or a month.
-- d00 to d14: decided cases by working days, in the buckets of `domain::figures::BOUNDS`.
CREATE TABLE figures (
    place BIGINT NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    grain TEXT NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    parent BIGINT,
    received BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    declined BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    lapsed BIGINT NOT NULL,
    on_time BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    typed BIGINT NOT NULL,
    no_visit BIGINT NOT NULL,
    documents BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    d00 BIGINT NOT NULL,
    d01 BIGINT NOT NULL,
    d02 BIGINT NOT NULL,
    d03 BIGINT NOT NULL,
    d04 BIGINT NOT NULL,
    d05 BIGINT NOT NULL,
    d06 BIGINT NOT NULL,
    d07 BIGINT NOT NULL,
    d08 BIGINT NOT NULL,
    d09 BIGINT NOT NULL,
    d10 BIGINT NOT NULL,
    d11 BIGINT NOT NULL,
    d12 BIGINT NOT NULL,
    d13 BIGINT NOT NULL,
    d14 BIGINT NOT NULL,
    PRIMARY KEY (place, department, service_code, grain, period)
);
-- What lies right below a place; the services of a place.
CREATE INDEX figures_by_parent ON figures (parent, department, service_code, grain, period) WHERE parent IS NOT NULL;
CREATE INDEX figures_of_services ON figures (place, grain, period, department) WHERE service_code <> '';

-- The same of the place of the office itself, by day, department and service: what is exported.
CREATE TABLE figure_days (
    day TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    received BIGINT NOT NULL,
    approved BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    declined BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    lapsed BIGINT NOT NULL,
    on_time BIGINT NOT NULL,
    filled BIGINT NOT NULL,
    typed BIGINT NOT NULL,
    no_visit BIGINT NOT NULL,
    documents BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    d00 BIGINT NOT NULL,
    d01 BIGINT NOT NULL,
    d02 BIGINT NOT NULL,
    d03 BIGINT NOT NULL,
    d04 BIGINT NOT NULL,
    d05 BIGINT NOT NULL,
    d06 BIGINT NOT NULL,
    d07 BIGINT NOT NULL,
    d08 BIGINT NOT NULL,
    d09 BIGINT NOT NULL,
    d10 BIGINT NOT NULL,
    d11 BIGINT NOT NULL,
    d12 BIGINT NOT NULL,
    d13 BIGINT NOT NULL,
    d14 BIGINT NOT NULL,
    PRIMARY KEY (day, place, department, service_code)
);

-- Why cases were refused or not accepted: a place with all within it, by service.
CREATE TABLE figure_reasons (
    place BIGINT NOT NULL,
    grain TEXT NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (place, grain, period, department, service_code, reason)
);

-- Open cases by the day on which their light turns yellow and red; without a day those that wait for the applicant.
CREATE TABLE figure_lights (
    place BIGINT NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    on_day TEXT COLLATE "C" NOT NULL,
    parent BIGINT,
    n BIGINT NOT NULL,
    PRIMARY KEY (place, department, service_code, kind, on_day)
);
CREATE INDEX figure_lights_by_parent ON figure_lights (parent, department, service_code, kind, on_day) WHERE parent IS NOT NULL;

-- As what an open case is counted there now; locked by who counts it anew. Nothing: place 0.
CREATE TABLE figure_standings (
    case_id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL,
    place BIGINT NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    yellow_on TEXT,
    red_on TEXT
);

-- Reviews of a place with all within it, by month and grade; added up from review_counts, which know how much of them is here.
CREATE TABLE figure_reviews (
    place BIGINT NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    service_code TEXT COLLATE "C" NOT NULL,
    month TEXT COLLATE "C" NOT NULL,
    grade BIGINT NOT NULL,
    given BIGINT NOT NULL,
    answered BIGINT NOT NULL,
    in_time BIGINT NOT NULL,
    PRIMARY KEY (place, department, service_code, month, grade)
);
ALTER TABLE review_counts ADD COLUMN given_added BIGINT NOT NULL DEFAULT 0;
ALTER TABLE review_counts ADD COLUMN answered_added BIGINT NOT NULL DEFAULT 0;
ALTER TABLE review_counts ADD COLUMN in_time_added BIGINT NOT NULL DEFAULT 0;
CREATE INDEX review_counts_to_add ON review_counts (department, service_code, place, month, grade)
    WHERE given <> given_added OR answered <> answered_added OR in_time <> in_time_added;

-- Lines of the feed to an upper platform are let go some time after it has them.
CREATE INDEX review_batches_acknowledged ON review_batches (acknowledged_at) WHERE acknowledged_at IS NOT NULL;
