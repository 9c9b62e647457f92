-- Written with every entry and every fact, and read by no statement.

DROP INDEX audit_entries_by_subject;
DROP INDEX evidence_pending;
