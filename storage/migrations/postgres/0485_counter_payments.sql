-- Fees paid at the counter of a department: one for a case, and no receipt twice.

CREATE TABLE counter_payments (
    case_id UUID NOT NULL PRIMARY KEY REFERENCES cases (id),
    person_id UUID NOT NULL,
    department TEXT NOT NULL,
    receipt TEXT NOT NULL,
    amount_fen BIGINT NOT NULL,
    staff_id UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    UNIQUE (department, receipt)
);
