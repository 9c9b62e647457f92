//! Rights to review something once.

use domain::ids::{PersonId, ReviewRightId};
use domain::reviews::{Handler, SubjectKind};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO review_rights (id, person_id, subject_kind, subject_id, service_code, department, place, handler,
              opened_at, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
              ON CONFLICT DO NOTHING";
    OF_SUBJECT = "SELECT id, person_id, subject_kind, subject_id, service_code, department, place, handler, opened_at,
                  asked_at, used_at, expires_at FROM review_rights WHERE subject_id = $1 AND subject_kind = $2";
    USE = "UPDATE review_rights SET used_at = $3
           WHERE id = $1 AND person_id = $2 AND used_at IS NULL AND expires_at > $3";
    // Ids and expiry grow together: the oldest come first.
    SWEEP = "DELETE FROM review_rights WHERE expires_at <= $1
             AND id IN (SELECT id FROM review_rights ORDER BY id LIMIT $2)";
}

/// The right of a person to review something once.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Right {
    pub id: ReviewRightId,
    pub person_id: PersonId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub service_code: String,
    pub department: String,
    /// A region in 15-digit form; 0 where the subject belongs to no place.
    pub place: i64,
    pub handler: Handler,
    pub opened_at: Timestamp,
    /// When the person was told, once.
    pub asked_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// Keeps a right; `used_at` is not looked at. `false` when the subject has one already.
pub async fn insert(tx: &mut Tx, right: &Right) -> Result<bool, Error> {
    let r = right;
    let kept = execute!(
        tx,
        INSERT,
        r.id,
        r.person_id,
        r.subject_kind,
        r.subject_id,
        &r.service_code,
        &r.department,
        r.place,
        r.handler,
        r.opened_at,
        r.asked_at,
        r.expires_at
    )?;
    Ok(kept == 1)
}

/// The right that a subject gave.
pub async fn of_subject(tx: &mut Tx, kind: SubjectKind, subject: Uuid) -> Result<Option<Right>, Error> {
    fetch_optional!(tx, Right, OF_SUBJECT, subject, kind)
}

/// Uses a right. `false` when it is another's, used, or over.
pub async fn use_up(tx: &mut Tx, id: ReviewRightId, person: PersonId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, USE, id, person, now)? == 1)
}

/// Removes rights that are over by `now`, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
