-- Figures: counters that a job keeps from what happened to cases. A look at a place reads these, never cases.

-- Whether the job has counted what happened.
ALTER TABLE case_events ADD COLUMN counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1));
CREATE INDEX case_events_uncounted ON case_events (at, id) WHERE NOT counted;

-- A place with all within it; a department or all of them (''), a service or all of them (''); a day or a month.
-- d00 to d14: decided cases by working days, in the buckets of `domain::figures::BOUNDS`.
CREATE TABLE figures (
    place INTEGER NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    parent INTEGER,
    received INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    declined INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    lapsed INTEGER NOT NULL,
    on_time INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    typed INTEGER NOT NULL,
    no_visit INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    d00 INTEGER NOT NULL,
    d01 INTEGER NOT NULL,
    d02 INTEGER NOT NULL,
    d03 INTEGER NOT NULL,
    d04 INTEGER NOT NULL,
    d05 INTEGER NOT NULL,
    d06 INTEGER NOT NULL,
    d07 INTEGER NOT NULL,
    d08 INTEGER NOT NULL,
    d09 INTEGER NOT NULL,
    d10 INTEGER NOT NULL,
    d11 INTEGER NOT NULL,
    d12 INTEGER NOT NULL,
    d13 INTEGER NOT NULL,
    d14 INTEGER NOT NULL,
    PRIMARY KEY (place, department, service_code, grain, period)
) STRICT;
-- What lies right below a place; the services of a place.
CREATE INDEX figures_by_parent ON figures (parent, department, service_code, grain, period) WHERE parent IS NOT NULL;
CREATE INDEX figures_of_services ON figures (place, grain, period, department) WHERE service_code <> '';

-- The same of the place of the office itself, by day, department and service: what is exported.
CREATE TABLE figure_days (
    day TEXT NOT NULL,
    place INTEGER NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    received INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    declined INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    lapsed INTEGER NOT NULL,
    on_time INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    typed INTEGER NOT NULL,
    no_visit INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    d00 INTEGER NOT NULL,
    d01 INTEGER NOT NULL,
    d02 INTEGER NOT NULL,
    d03 INTEGER NOT NULL,
    d04 INTEGER NOT NULL,
    d05 INTEGER NOT NULL,
    d06 INTEGER NOT NULL,
    d07 INTEGER NOT NULL,
    d08 INTEGER NOT NULL,
    d09 INTEGER NOT NULL,
    d10 INTEGER NOT NULL,
    d11 INTEGER NOT NULL,
    d12 INTEGER NOT NULL,
    d13 INTEGER NOT NULL,
    d14 INTEGER NOT NULL,
    PRIMARY KEY (day, place, department, service_code)
) STRICT;

-- Why cases were refused or not accepted: a place with all within it, by service.
CREATE TABLE figure_reasons (
    place INTEGER NOT NULL,
    grain TEXT NOT NULL,
    period TEXT NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    reason TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (place, grain, period, department, service_code, reason)
) STRICT;

-- Open cases by the day on which their light turns yellow and red; without a day those that wait for the applicant.
CREATE TABLE figure_lights (
    place INTEGER NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    on_day TEXT NOT NULL,
    parent INTEGER,
    n INTEGER NOT NULL,
    PRIMARY KEY (place, department, service_code, kind, on_day)
) STRICT;
CREATE INDEX figure_lights_by_parent ON figure_lights (parent, department, service_code, kind, on_day) WHERE parent IS NOT NULL;

-- As what an open case is counted there now; locked by who counts it anew. Nothing: place 0.
CREATE TABLE figure_standings (
    case_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    yellow_on TEXT,
    red_on TEXT
) STRICT;

-- Reviews of a place with all within it, by month and grade; added up from review_counts, which know how much of them is here.
CREATE TABLE figure_reviews (
    place INTEGER NOT NULL,
    department TEXT NOT NULL,
    service_code TEXT NOT NULL,
    month TEXT NOT NULL,
    grade INTEGER NOT NULL,
    given INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    in_time INTEGER NOT NULL,
    PRIMARY KEY (place, department, service_code, month, grade)
) STRICT;
ALTER TABLE review_counts ADD COLUMN given_added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE review_counts ADD COLUMN answered_added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE review_counts ADD COLUMN in_time_added INTEGER NOT NULL DEFAULT 0;
CREATE INDEX review_counts_to_add ON review_counts (department, service_code, place, month, grade)
    WHERE given <> given_added OR answered <> answered_added OR in_time <> in_time_added;

-- Lines of the feed to an upper platform are let go some time after it has them.
CREATE INDEX review_batches_acknowledged ON review_batches (acknowledged_at) WHERE acknowledged_at IS NOT NULL;
