-- A word to the office above is over when its case closes.
ALTER TABLE escalations ADD COLUMN over_at TEXT;
UPDATE escalations SET over_at = (SELECT closed_at FROM cases WHERE cases.id = escalations.case_id);

-- What nobody has looked at yet, of a department and within a place by the first 4, 6 and 9 of the 15 digits of a place: red
-- before yellow, as the words sort, then the oldest.
DROP INDEX escalations_unseen;
CREATE INDEX escalations_unseen ON escalations (department, light, at, id) WHERE seen_at IS NULL AND over_at IS NULL;
CREATE INDEX escalations_unseen_in_city ON escalations (department, (region / 100000000000), light, at, id)
    WHERE seen_at IS NULL AND over_at IS NULL;
CREATE INDEX escalations_unseen_in_county ON escalations (department, (region / 1000000000), light, at, id)
    WHERE seen_at IS NULL AND over_at IS NULL;
CREATE INDEX escalations_unseen_in_township ON escalations (department, (region / 1000000), light, at, id)
    WHERE seen_at IS NULL AND over_at IS NULL;
