//! Who above has been told that a case is late, and what they said to it.

use domain::cases::Light;
use domain::ids::{CaseId, EscalationId, PersonId, StaffId};
use domain::organisation::region::{Level, RegionCode};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Columns of [`Escalation`].
macro_rules! whole {
    () => {
        "id, case_id, person_id, light, department, region, at, seen_at, seen_by, words"
    };
}

/// What nobody has looked at yet within a place, as queues are read: see `queue_within!` of cases.
macro_rules! unseen {
    ($($unit:literal)?) => {
        concat!(
            "SELECT ",
            whole!(),
            " FROM escalations WHERE department = $1 ",
            $("AND region / ", $unit, " = $2 / ", $unit,)?
            " AND +region BETWEEN $2 AND $3 AND seen_at IS NULL AND over_at IS NULL AND (light, at, id) > ($4, $5, $6)
            ORDER BY light, at, id LIMIT $7"
        )
    };
}

statements! {
    INSERT = "INSERT INTO escalations (id, case_id, person_id, light, department, region, at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    BY_ID = concat!("SELECT ", whole!(), " FROM escalations WHERE id = $1");
    OF_CASE = concat!("SELECT ", whole!(), " FROM escalations WHERE case_id = $1 ORDER BY at, id LIMIT 50");
    UNSEEN = unseen!();
    UNSEEN_IN_CITY = unseen!("100000000000");
    UNSEEN_IN_COUNTY = unseen!("1000000000");
    UNSEEN_IN_TOWNSHIP = unseen!("1000000");
    END = "UPDATE escalations SET over_at = $2 WHERE case_id = $1 AND over_at IS NULL";
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

/// Where one stands among those that nobody has looked at: red before yellow, then the oldest.
pub type Key = (Light, Timestamp, EscalationId);

/// What a department's offices at a place and within it have not looked at yet, of cases that are not closed, after `after`.
pub async fn unseen(
    tx: &mut Tx,
    department: &str,
    place: RegionCode,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<Escalation>, Error> {
    let statement = match place.level() {
        Level::Province => UNSEEN,
        Level::City => UNSEEN_IN_CITY,
        Level::County => UNSEEN_IN_COUNTY,
        Level::Township | Level::Village | Level::Grid => UNSEEN_IN_TOWNSHIP,
    };
    let (light, at, id) = match after {
        // As they are kept, and sort: "red" before "yellow".
        Some((light, at, id)) => (light.code(), at, id),
        None => ("", Timestamp::MIN, EscalationId(uuid::Uuid::nil())),
    };
    let (from, to) = place.range().into_inner();
    fetch_all!(tx, Escalation, statement, department, from, to, light, at, id, limit)
}

/// The case is closed: nobody above has to look at it any more.
pub(super) async fn end(tx: &mut Tx, case: CaseId, now: Timestamp) -> Result<(), Error> {
    execute!(tx, END, case, now).map(drop)
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
