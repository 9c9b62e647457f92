//! What the applicant was asked for (补正), and what became of it.

use domain::cases::{CaseState, SupplementEnd};
use domain::ids::{CaseId, PersonId, StaffId};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, statements};

/// Columns of [`Supplement`].
macro_rules! whole {
    () => {
        "id, case_id, person_id, number, asked_at, asked_by, from_state, asks, days, due_on, ended_at, ended_by, changes"
    };
}

statements! {
    INSERT = "INSERT INTO supplements (id, case_id, person_id, number, asked_at, asked_by, from_state, asks, days, due_on)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OF_CASE = concat!("SELECT ", whole!(), " FROM supplements WHERE case_id = $1 ORDER BY number LIMIT 100");
    OVERDUE = concat!("SELECT ", whole!(), " FROM supplements WHERE ended_at IS NULL AND due_on < $1
               ORDER BY due_on, id LIMIT $2");
    OPEN = concat!("SELECT ", whole!(), " FROM supplements WHERE ended_at IS NULL AND (due_on, id) > ($1, $2)
               ORDER BY due_on, id LIMIT $3");
    SET_DUE = "UPDATE supplements SET due_on = $2 WHERE id = $1 AND ended_at IS NULL";
    END = "UPDATE supplements SET ended_at = $2, ended_by = $3, changes = $4 WHERE case_id = $1 AND ended_at IS NULL";
}

/// One time that the applicant was asked for more. `asks` and `changes` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Supplement {
    pub id: Uuid,
    pub case_id: CaseId,
    pub person_id: PersonId,
    /// From 1.
    pub number: i64,
    pub asked_at: Timestamp,
    pub asked_by: StaffId,
    /// Where the case goes on once it is answered.
    pub from_state: CaseState,
    pub asks: Vec<u8>,
    /// Working days for the answer.
    pub days: i64,
    /// The last day for it, `2026-12-18`, in China.
    pub due_on: String,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<SupplementEnd>,
    pub changes: Option<Vec<u8>>,
}

pub async fn insert(tx: &mut Tx, s: &Supplement) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        s.id,
        s.case_id,
        s.person_id,
        s.number,
        s.asked_at,
        s.asked_by,
        s.from_state,
        &s.asks,
        s.days,
        &s.due_on
    )
    .map(drop)
}

/// In their order.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Supplement>, Error> {
    fetch_all!(tx, Supplement, OF_CASE, case)
}

/// Open ones whose last day was before `day`.
pub async fn overdue(tx: &mut Tx, day: &str, limit: i64) -> Result<Vec<Supplement>, Error> {
    fetch_all!(tx, Supplement, OVERDUE, day, limit)
}

/// Open ones after `(day, id)`, by their last days.
pub async fn open(tx: &mut Tx, after: (&str, Uuid), limit: i64) -> Result<Vec<Supplement>, Error> {
    fetch_all!(tx, Supplement, OPEN, after.0, after.1, limit)
}

/// Sets the last day of an open one.
pub async fn set_due(tx: &mut Tx, id: Uuid, due_on: &str) -> Result<(), Error> {
    execute!(tx, SET_DUE, id, due_on).map(drop)
}

/// Ends the one that is open. `false` when there is none.
pub async fn end(
    tx: &mut Tx,
    case: CaseId,
    at: Timestamp,
    how: SupplementEnd,
    changes: Option<&[u8]>,
) -> Result<bool, Error> {
    Ok(execute!(tx, END, case, at, how, changes)? == 1)
}
