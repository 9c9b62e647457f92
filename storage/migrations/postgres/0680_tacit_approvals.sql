-- What the law takes as approved and could not be closed is not tried again before tacit_after. What registers still owe
-- facts to is not tried at all.
ALTER TABLE cases ADD COLUMN tacit_after TIMESTAMPTZ;
DROP INDEX cases_tacit;
CREATE INDEX cases_tacit ON cases (tacit_on, id) WHERE tacit_on IS NOT NULL AND pending_facts = 0;
