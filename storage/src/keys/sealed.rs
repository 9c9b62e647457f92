//! Everything that is sealed for longer than an hour, column by column, so that it can be sealed anew with another key.

use sqlx::FromRow;
use uuid::Uuid;

use crate::{Error, Statement, Tx, execute, fetch_all, statements};

/// Rows of tables whose values live for half an hour at most.
const MOST_KEYS: i64 = 1000;

/// A page of a column: values that another key than `$3` sealed, by id. The id of the key is in the envelope.
macro_rules! page {
    ($table:literal, $column:literal) => {
        page!($table, $column, "")
    };
    ($table:literal, $column:literal, $and:literal) => {
        concat!(
            "SELECT id, CAST(0 AS BIGINT) AS number, CASE WHEN substr(",
            $column,
            ", 2, 4) <> $3 THEN ",
            $column,
            " END AS value FROM ",
            $table,
            " WHERE id > $1",
            $and,
            " ORDER BY id LIMIT $2"
        )
    };
}

/// Replaces a value, unless somebody else did.
macro_rules! replace {
    ($table:literal, $column:literal) => {
        concat!("UPDATE ", $table, " SET ", $column, " = $3 WHERE id = $1 AND ", $column, " = $2")
    };
}

statements! {
    PERSONS_NAME = page!("persons", "name");
    SET_PERSONS_NAME = replace!("persons", "name");
    PERSONS_RESIDENT_ID = page!("persons", "resident_id");
    SET_PERSONS_RESIDENT_ID = replace!("persons", "resident_id");
    PERSONS_PHONE = page!("persons", "phone");
    SET_PERSONS_PHONE = replace!("persons", "phone");
    PERSONS_MAIL = page!("persons", "mail");
    SET_PERSONS_MAIL = replace!("persons", "mail");
    MESSAGES_PARAMS = page!("messages", "params");
    SET_MESSAGES_PARAMS = replace!("messages", "params");
    // Other topics hold identifiers in the open.
    OUTBOX_PAYLOAD = page!("outbox", "payload", " AND topic IN ('sms', 'mail')");
    SET_OUTBOX_PAYLOAD = replace!("outbox", "payload");
    CASES_RAW_ANSWERS = page!("cases", "raw_answers");
    SET_CASES_RAW_ANSWERS = replace!("cases", "raw_answers");
    CASES_ANSWERS = page!("cases", "answers");
    SET_CASES_ANSWERS = replace!("cases", "answers");
    CASES_DECISION = page!("cases", "decision");
    SET_CASES_DECISION = replace!("cases", "decision");
    CASE_EVENTS_DETAIL = page!("case_events", "detail");
    SET_CASE_EVENTS_DETAIL = replace!("case_events", "detail");
    CASE_NOTES_WORDS = page!("case_notes", "words");
    SET_CASE_NOTES_WORDS = replace!("case_notes", "words");
    FILES_NAME = page!("files", "name");
    SET_FILES_NAME = replace!("files", "name");
    FILE_PIECES_CONTENT = "SELECT file_id AS id, number, CASE WHEN substr(content, 2, 4) <> $4 THEN content END AS value
        FROM file_pieces WHERE (file_id, number) > ($1, $2) ORDER BY file_id, number LIMIT $3";
    SET_FILE_PIECES_CONTENT = "UPDATE file_pieces SET content = $4 WHERE file_id = $1 AND number = $2 AND content = $3";
    EVIDENCE_VALUE = page!("evidence", "value");
    SET_EVIDENCE_VALUE = replace!("evidence", "value");
    EVIDENCE_CONTEST_REASON = page!("evidence", "contest_reason");
    SET_EVIDENCE_CONTEST_REASON = replace!("evidence", "contest_reason");
    ISSUER_KEYS_PRIVATE_KEY = page!("issuer_keys", "private_key");
    SET_ISSUER_KEYS_PRIVATE_KEY = replace!("issuer_keys", "private_key");
    CERTIFICATES_CREDENTIAL = page!("certificates", "credential");
    SET_CERTIFICATES_CREDENTIAL = replace!("certificates", "credential");
    CERTIFICATES_STANDING_REASON = page!("certificates", "standing_reason");
    SET_CERTIFICATES_STANDING_REASON = replace!("certificates", "standing_reason");
    STAFF_SECOND_FACTORS_SECRET = "SELECT staff_id AS id, CAST(0 AS BIGINT) AS number,
        CASE WHEN substr(secret, 2, 4) <> $3 THEN secret END AS value
        FROM staff_second_factors WHERE staff_id > $1 ORDER BY staff_id LIMIT $2";
    SET_STAFF_SECOND_FACTORS_SECRET = "UPDATE staff_second_factors SET secret = $3
        WHERE staff_id = $1 AND secret = $2";
    REVIEWS_WORDS = page!("reviews", "words");
    SET_REVIEWS_WORDS = replace!("reviews", "words");
    REVIEW_TASK_EVENTS_WORDS = page!("review_task_events", "words");
    SET_REVIEW_TASK_EVENTS_WORDS = replace!("review_task_events", "words");
    SUPPLEMENTS_ASKS = page!("supplements", "asks");
    SET_SUPPLEMENTS_ASKS = replace!("supplements", "asks");
    SUPPLEMENTS_CHANGES = page!("supplements", "changes");
    SET_SUPPLEMENTS_CHANGES = replace!("supplements", "changes");
    ESCALATIONS_WORDS = page!("escalations", "words");
    SET_ESCALATIONS_WORDS = replace!("escalations", "words");
    CASE_SEATS_WORDS = page!("case_seats", "words");
    SET_CASE_SEATS_WORDS = replace!("case_seats", "words");
    PASSING = "SELECT substr(answers, 2, 4) FROM form_drafts UNION SELECT substr(presentation, 2, 4)
        FROM certificate_shares UNION SELECT substr(secrets, 2, 4) FROM staff_oidc_requests LIMIT $1";
}

/// A sealed column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub table: &'static str,
    pub name: &'static str,
    page: Statement,
    set: Statement,
    /// Rows read at a time: what is large, in few.
    rows: i64,
}

const fn column(table: &'static str, name: &'static str, page: Statement, set: Statement) -> Column {
    Column { table, name, page, set, rows: 200 }
}

/// All of them but what lives for half an hour at most, and words in the audit trail, which are under its hashes.
pub const COLUMNS: &[Column] = &[
    column("issuer_keys", "private_key", ISSUER_KEYS_PRIVATE_KEY, SET_ISSUER_KEYS_PRIVATE_KEY),
    column("staff_second_factors", "secret", STAFF_SECOND_FACTORS_SECRET, SET_STAFF_SECOND_FACTORS_SECRET),
    column("persons", "name", PERSONS_NAME, SET_PERSONS_NAME),
    column("persons", "resident_id", PERSONS_RESIDENT_ID, SET_PERSONS_RESIDENT_ID),
    column("persons", "phone", PERSONS_PHONE, SET_PERSONS_PHONE),
    column("persons", "mail", PERSONS_MAIL, SET_PERSONS_MAIL),
    column("messages", "params", MESSAGES_PARAMS, SET_MESSAGES_PARAMS),
    column("outbox", "payload", OUTBOX_PAYLOAD, SET_OUTBOX_PAYLOAD),
    column("cases", "raw_answers", CASES_RAW_ANSWERS, SET_CASES_RAW_ANSWERS),
    column("cases", "answers", CASES_ANSWERS, SET_CASES_ANSWERS),
    column("cases", "decision", CASES_DECISION, SET_CASES_DECISION),
    column("case_events", "detail", CASE_EVENTS_DETAIL, SET_CASE_EVENTS_DETAIL),
    column("case_notes", "words", CASE_NOTES_WORDS, SET_CASE_NOTES_WORDS),
    column("files", "name", FILES_NAME, SET_FILES_NAME),
    // A megabyte each.
    Column { rows: 4, ..column("file_pieces", "content", FILE_PIECES_CONTENT, SET_FILE_PIECES_CONTENT) },
    column("evidence", "value", EVIDENCE_VALUE, SET_EVIDENCE_VALUE),
    column("evidence", "contest_reason", EVIDENCE_CONTEST_REASON, SET_EVIDENCE_CONTEST_REASON),
    column("certificates", "credential", CERTIFICATES_CREDENTIAL, SET_CERTIFICATES_CREDENTIAL),
    column("certificates", "standing_reason", CERTIFICATES_STANDING_REASON, SET_CERTIFICATES_STANDING_REASON),
    column("reviews", "words", REVIEWS_WORDS, SET_REVIEWS_WORDS),
    column("review_task_events", "words", REVIEW_TASK_EVENTS_WORDS, SET_REVIEW_TASK_EVENTS_WORDS),
    column("supplements", "asks", SUPPLEMENTS_ASKS, SET_SUPPLEMENTS_ASKS),
    column("supplements", "changes", SUPPLEMENTS_CHANGES, SET_SUPPLEMENTS_CHANGES),
    column("escalations", "words", ESCALATIONS_WORDS, SET_ESCALATIONS_WORDS),
    column("case_seats", "words", CASE_SEATS_WORDS, SET_CASE_SEATS_WORDS),
];

/// A row of a sealed column.
#[derive(Clone, Debug, FromRow)]
pub struct Row {
    /// By which the value is sealed, too.
    pub id: Uuid,
    /// Of a piece of a file; else 0.
    pub number: i64,
    /// Unless the key that was asked about sealed it, or there is none.
    pub value: Option<Vec<u8>>,
}

impl Row {
    /// Before the first row.
    pub const START: Row = Row { id: Uuid::nil(), number: -1, value: None };
}

/// The rows after `after`; none when that was the last. `key` is the id of a key as it stands in envelopes.
pub async fn page(tx: &mut Tx, column: &Column, after: &Row, key: &[u8]) -> Result<Vec<Row>, Error> {
    if column.table == "file_pieces" {
        fetch_all!(tx, Row, column.page, after.id, after.number, column.rows, key)
    } else {
        fetch_all!(tx, Row, column.page, after.id, column.rows, key)
    }
}

/// Puts `new` in the place of `old`; `false` when something else is there by now.
pub async fn replace(tx: &mut Tx, column: &Column, row: &Row, old: &[u8], new: &[u8]) -> Result<bool, Error> {
    let changed = if column.table == "file_pieces" {
        execute!(tx, column.set, row.id, row.number, old, new)?
    } else {
        execute!(tx, column.set, row.id, old, new)?
    };
    Ok(changed == 1)
}

/// Ids of the keys that sealed what is gone in half an hour, as they stand in envelopes.
pub async fn passing(tx: &mut Tx) -> Result<Vec<Vec<u8>>, Error> {
    let rows = fetch_all!(tx, (Vec<u8>,), PASSING, MOST_KEYS)?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}
