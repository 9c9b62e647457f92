//! What was typed into a form that is not finished, right or wrong, until it is.

use domain::ids::SessionId;
use domain::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// Bytes of sealed answers at most.
const LIMIT: usize = 1024 * 1024;

/// The draft of one form in one session.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Draft {
    pub session_id: SessionId,
    /// Name of the form, as `sign-in`.
    pub form: String,
    /// Sealed.
    pub answers: Vec<u8>,
    /// Codes of the errors the last post had, without any text that was typed.
    #[sqlx(json)]
    pub errors: Value,
    pub saved_at: Timestamp,
    pub expires_at: Timestamp,
}

statements! {
    PUT = "INSERT INTO form_drafts (session_id, form, answers, errors, saved_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (session_id, form) DO UPDATE SET answers = excluded.answers, errors = excluded.errors,
        saved_at = excluded.saved_at, expires_at = excluded.expires_at";
    FIND = "SELECT session_id, form, answers, errors, saved_at, expires_at FROM form_drafts
        WHERE session_id = $1 AND form = $2 AND expires_at > $3";
    DELETE = "DELETE FROM form_drafts WHERE session_id = $1 AND form = $2";
    SWEEP = "DELETE FROM form_drafts WHERE (session_id, form) IN
        (SELECT session_id, form FROM form_drafts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Keeps a draft in place of an earlier one. [`Error::TooLarge`] beyond 1 MiB.
pub async fn put(tx: &mut Tx, draft: &Draft) -> Result<(), Error> {
    let d = draft;
    if d.answers.len() > LIMIT {
        return Err(Error::TooLarge);
    }
    execute!(tx, PUT, d.session_id, &d.form, &d.answers, Json(&d.errors), d.saved_at, d.expires_at).map(drop)
}

pub async fn find(
    tx: &mut Tx,
    session: SessionId,
    form: &str,
    now: Timestamp,
) -> Result<Option<Draft>, Error> {
    fetch_optional!(tx, Draft, FIND, session, form, now)
}

pub async fn delete(tx: &mut Tx, session: SessionId, form: &str) -> Result<(), Error> {
    execute!(tx, DELETE, session, form).map(drop)
}

/// Removes drafts that have expired, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
