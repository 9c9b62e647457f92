//! One-time codes. A new code for the same purpose and subject replaces the old one.

use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// A code that is sent out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// What it is for, as `sign-in`.
    pub purpose: &'static str,
    /// Keyed digest of whom it is sent to.
    pub subject_index: Vec<u8>,
    /// Keyed digest of the code.
    pub code_hash: Vec<u8>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Right, and used up now.
    Accepted,
    Wrong {
        /// Attempts that are left on this code.
        left: i64,
    },
    /// Too many wrong attempts before this one; even the right code is refused now.
    Exhausted,
    Expired,
    /// Right or wrong, the code was accepted once before.
    Used,
    /// No code was sent.
    Unknown,
}

#[derive(FromRow)]
struct Row {
    code_hash: Vec<u8>,
    expires_at: Timestamp,
    attempts: i64,
    used_at: Option<Timestamp>,
}

statements! {
    PUT = "INSERT INTO one_time_codes (purpose, subject_index, code_hash, created_at, expires_at, attempts)
        VALUES ($1, $2, $3, $4, $5, 0)
        ON CONFLICT (purpose, subject_index) DO UPDATE SET code_hash = excluded.code_hash,
        created_at = excluded.created_at, expires_at = excluded.expires_at, attempts = 0, used_at = NULL";
    COUNT_ATTEMPT = "UPDATE one_time_codes SET attempts = attempts + 1
        WHERE purpose = $1 AND subject_index = $2 AND used_at IS NULL AND expires_at > $3 AND attempts < $4
        RETURNING code_hash, expires_at, attempts, used_at";
    FIND = "SELECT code_hash, expires_at, attempts, used_at FROM one_time_codes
        WHERE purpose = $1 AND subject_index = $2";
    USE = "UPDATE one_time_codes SET used_at = $3 WHERE purpose = $1 AND subject_index = $2 AND used_at IS NULL";
    SWEEP = "DELETE FROM one_time_codes WHERE (purpose, subject_index) IN
        (SELECT purpose, subject_index FROM one_time_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Keeps a code, in place of an earlier one for the same purpose and subject.
pub async fn put(tx: &mut Tx, code: &NewCode) -> Result<(), Error> {
    let c = code;
    execute!(tx, PUT, c.purpose, &c.subject_index, &c.code_hash, c.created_at, c.expires_at).map(drop)
}

/// Tries a code. A wrong attempt counts only if the transaction is kept: the job returns `Ok` with it.
pub async fn attempt(
    tx: &mut Tx,
    purpose: &str,
    subject_index: &[u8],
    code_hash: &[u8],
    max_attempts: i64,
    now: Timestamp,
) -> Result<Attempt, Error> {
    match fetch_optional!(tx, Row, COUNT_ATTEMPT, purpose, subject_index, now, max_attempts)? {
        // Both are keyed digests, so the time of the comparison tells nothing about the code.
        Some(row) if row.code_hash == code_hash => {
            let used = execute!(tx, USE, purpose, subject_index, now)?;
            Ok(if used == 1 { Attempt::Accepted } else { Attempt::Used })
        }
        Some(row) => Ok(Attempt::Wrong { left: max_attempts - row.attempts }),
        None => Ok(match fetch_optional!(tx, Row, FIND, purpose, subject_index)? {
            None => Attempt::Unknown,
            Some(row) if row.used_at.is_some() => Attempt::Used,
            Some(row) if row.expires_at <= now => Attempt::Expired,
            Some(_) => Attempt::Exhausted,
        }),
    }
}

/// Removes codes that expired before `before`, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, before, limit)
}
