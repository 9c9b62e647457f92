-- How an office can be reached, as far as it is known.
ALTER TABLE offices ADD COLUMN phone TEXT;
ALTER TABLE offices ADD COLUMN address_zh TEXT;
ALTER TABLE offices ADD COLUMN address_en TEXT;
CREATE INDEX offices_by_place ON offices (region, department) WHERE abolished_at IS NULL;

-- Who opened and closed a post, and ended an appointment before its time; the command line is nobody.
ALTER TABLE posts ADD COLUMN opened_by UUID;
ALTER TABLE posts ADD COLUMN closed_by UUID;
ALTER TABLE appointments ADD COLUMN ended_by UUID;
CREATE INDEX appointments_by_absent ON appointments (deputy_for, starts_at) WHERE deputy_for IS NOT NULL;
CREATE INDEX appointments_of_staff ON appointments (staff_id, starts_at, id);

-- office_id: where the account is kept. made_by: the administrator who made it. password_by: who gave the one-time password
-- that was not replaced yet. factor_by: who took the second factor away that was not set up anew yet.
ALTER TABLE staff ADD COLUMN office_id UUID REFERENCES offices (id);
ALTER TABLE staff ADD COLUMN made_by UUID;
ALTER TABLE staff ADD COLUMN password_by UUID;
ALTER TABLE staff ADD COLUMN factor_by UUID;
CREATE INDEX staff_by_office ON staff (office_id, login);
UPDATE staff SET office_id = (SELECT posts.office_id FROM appointments JOIN posts ON posts.id = appointments.post_id
    WHERE appointments.staff_id = staff.id AND appointments.deputy_for IS NULL
    ORDER BY appointments.starts_at, appointments.id LIMIT 1);

-- The name of the office that decided, as the certificate says it. Those issued before are their department's.
ALTER TABLE certificates ADD COLUMN authority_zh TEXT;
ALTER TABLE certificates ADD COLUMN authority_en TEXT;
