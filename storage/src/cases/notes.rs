//! What clerks write for each other about a case.

use domain::ids::{CaseId, NoteId, PersonId, StaffId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_one, statements};

statements! {
    INSERT = "INSERT INTO case_notes (id, case_id, person_id, staff_id, words, at) VALUES ($1, $2, $3, $4, $5, $6)";
    OF_CASE = "SELECT id, case_id, person_id, staff_id, words, at, struck_at FROM case_notes WHERE case_id = $1
        ORDER BY at, id LIMIT $2";
    COUNT = "SELECT count(*) FROM (SELECT 1 AS one FROM case_notes WHERE case_id = $1 LIMIT $2) AS counted";
    STRIKE = "UPDATE case_notes SET struck_at = $4 WHERE id = $1 AND case_id = $2 AND staff_id = $3
        AND struck_at IS NULL";
}

/// One note. `words` is sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Note {
    pub id: NoteId,
    pub case_id: CaseId,
    /// Whose case it is.
    pub person_id: PersonId,
    /// Who wrote it.
    pub staff_id: StaffId,
    pub words: Vec<u8>,
    pub at: Timestamp,
    /// When its author took it back; it stays readable as struck.
    pub struck_at: Option<Timestamp>,
}

pub async fn insert(tx: &mut Tx, note: &Note) -> Result<(), Error> {
    let n = note;
    execute!(tx, INSERT, n.id, n.case_id, n.person_id, n.staff_id, &n.words, n.at).map(drop)
}

/// Notes of a case, oldest first.
pub async fn of_case(tx: &mut Tx, case: CaseId, limit: i64) -> Result<Vec<Note>, Error> {
    fetch_all!(tx, Note, OF_CASE, case, limit)
}

/// How many notes a case has, counted up to `most`.
pub async fn count(tx: &mut Tx, case: CaseId, most: i64) -> Result<i64, Error> {
    let (count,) = fetch_one!(tx, (i64,), COUNT, case, most)?;
    Ok(count)
}

/// Strikes a note of `staff`'s own. `false` when there is no such note, or it is struck already.
pub async fn strike(
    tx: &mut Tx,
    id: NoteId,
    case: CaseId,
    staff: StaffId,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, STRIKE, id, case, staff, now)? == 1)
}
