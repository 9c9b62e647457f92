//! Who above has been told that a case is late, and what they said to it.

use domain::cases::Light;
use domain::ids::{CaseId, EscalationId, PersonId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Columns of [`Escalation`].
macro_rules! whole {
    () => {
        "id, case_id, person_id, light, department, region, at, seen_at, seen_by, words"
    };
}

statements! {
    INSERT = "INSERT INTO escalations (id, case_id, person_id, light, department, region, at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    BY_ID = concat!("SELECT ", whole!(), " FROM escalations WHERE id = $1");
    OF_CASE = concat!("SELECT ", whole!(), " FROM escalations WHERE case_id = $1 ORDER BY at, id LIMIT 50");
    UNSEEN = concat!("SELECT ", whole!(), " FROM escalations WHERE ($1 = '' OR department = $1)
              AND region BETWEEN $2 AND $3 AND seen_at IS NULL ORDER BY at, id LIMIT $4");
    SEE = "UPDATE escalations SET seen_at = $2, seen_by = $3, words = $4 WHERE id = $1 AND seen_at IS NULL";
}

/// A word to the office above. `words`, what it said, is sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Escalation {
    pub id: EscalationId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub light: Light,
    /// The office that was told: a department at a place.
    pub department: String,
    pub region: RegionCode,
    pub at: Timestamp,
    pub seen_at: Option<Timestamp>,
    pub seen_by: Option<StaffId>,
    pub words: Option<Vec<u8>>,
}

/// Tells an office; twice under one id is once.
pub async fn insert(tx: &mut Tx, e: &Escalation) -> Result<(), Error> {
    execute!(tx, INSERT, e.id, e.case_id, e.person_id, e.light, &e.department, e.region, e.at).map(drop)
}

pub async fn by_id(tx: &mut Tx, id: EscalationId) -> Result<Option<Escalation>, Error> {
    fetch_optional!(tx, Escalation, BY_ID, id)
}

/// In their order.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Escalation>, Error> {
    fetch_all!(tx, Escalation, OF_CASE, case)
}

/// What a department's offices (`''`: those of all departments) at a place and within it have not looked at yet, oldest
/// first.
pub async fn unseen(
    tx: &mut Tx,
    department: &str,
    place: RegionCode,
    limit: i64,
) -> Result<Vec<Escalation>, Error> {
    let range = place.range();
    fetch_all!(tx, Escalation, UNSEEN, department, *range.start(), *range.end(), limit)
}

/// Notes that somebody looked at it. `false` when somebody did before.
pub async fn see(
    tx: &mut Tx,
    id: EscalationId,
    at: Timestamp,
    by: StaffId,
    words: Option<&[u8]>,
) -> Result<bool, Error> {
    Ok(execute!(tx, SEE, id, at, by, words)? == 1)
}
