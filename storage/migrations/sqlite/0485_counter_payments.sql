-- Fees paid at the counter of a department: one for a case, and no receipt twice.

CREATE TABLE counter_payments (
    case_id BLOB NOT NULL PRIMARY KEY REFERENCES cases (id),
    person_id BLOB NOT NULL,
    department TEXT NOT NULL,
    receipt TEXT NOT NULL,
    amount_fen INTEGER NOT NULL,
    staff_id BLOB NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (department, receipt)
) STRICT;
