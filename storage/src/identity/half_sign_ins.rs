//! Sign-ins of staff between the first factor and the second: the session belongs to nobody yet, or still to who had it.

use domain::ids::{SessionId, StaffId};
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// One factor of a member was proved in this session.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct HalfSignIn {
    pub session_id: SessionId,
    pub staff_id: StaffId,
    /// How it was proved: `password` or `oidc`.
    pub way: String,
    /// When it was proved, if that is known.
    pub proven_at: Option<Timestamp>,
    /// Second factors that were tried.
    pub attempts: i64,
    pub expires_at: Timestamp,
}

statements! {
    PUT = "INSERT INTO staff_half_sign_ins (session_id, staff_id, way, proven_at, attempts, expires_at)
        VALUES ($1, $2, $3, $4, 0, $5)
        ON CONFLICT (session_id) DO UPDATE SET staff_id = excluded.staff_id, way = excluded.way,
        proven_at = excluded.proven_at, attempts = 0, expires_at = excluded.expires_at";
    FIND = "SELECT session_id, staff_id, way, proven_at, attempts, expires_at FROM staff_half_sign_ins
        WHERE session_id = $1 AND expires_at > $2";
    COUNT_ATTEMPT = "UPDATE staff_half_sign_ins SET attempts = attempts + 1
        WHERE session_id = $1 AND staff_id = $2 AND expires_at > $3 AND attempts < $4
        RETURNING session_id, staff_id, way, proven_at, attempts, expires_at";
    REMOVE = "DELETE FROM staff_half_sign_ins WHERE session_id = $1";
    REMOVE_OF_STAFF = "DELETE FROM staff_half_sign_ins WHERE staff_id = $1";
    SWEEP = "DELETE FROM staff_half_sign_ins WHERE session_id IN
        (SELECT session_id FROM staff_half_sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

/// Keeps it in place of an earlier one in the session, without attempts.
pub async fn put(tx: &mut Tx, half: &HalfSignIn) -> Result<(), Error> {
    let h = half;
    execute!(tx, PUT, h.session_id, h.staff_id, &h.way, h.proven_at, h.expires_at).map(drop)
}

pub async fn find(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<Option<HalfSignIn>, Error> {
    fetch_optional!(tx, HalfSignIn, FIND, session, now)
}

/// Counts an attempt, which only a transaction that is kept does. `None` when it has expired, was of somebody else or
/// has had `most` attempts.
pub async fn count_attempt(
    tx: &mut Tx,
    session: SessionId,
    staff: StaffId,
    most: i64,
    now: Timestamp,
) -> Result<Option<HalfSignIn>, Error> {
    fetch_optional!(tx, HalfSignIn, COUNT_ATTEMPT, session, staff, now, most)
}

/// `false` when there was none.
pub async fn remove(tx: &mut Tx, session: SessionId) -> Result<bool, Error> {
    Ok(execute!(tx, REMOVE, session)? == 1)
}

/// Removes all of a member, as when the password is good no longer.
pub async fn remove_of_staff(tx: &mut Tx, staff: StaffId) -> Result<(), Error> {
    execute!(tx, REMOVE_OF_STAFF, staff).map(drop)
}

/// Removes what has expired, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
