//! What happened to filed cases lately, in the order it happened: for who has a list of them open.

use domain::cases::CaseState;
use domain::ids::{CaseId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use crate::{Error, Tx, fetch_all, statements};

/// Columns of [`Change`].
macro_rules! columns {
    () => {
        "id, department, place, state, version, submitted_at, changed_at, held_by"
    };
}

statements! {
    AFTER = concat!("SELECT ", columns!(), " FROM cases WHERE submitted_at IS NOT NULL AND (changed_at, id) > ($1, $2)
        ORDER BY changed_at, id LIMIT $3");
    NEWEST = concat!("SELECT ", columns!(), " FROM cases WHERE submitted_at IS NOT NULL
        ORDER BY changed_at DESC, id DESC LIMIT $1");
}

/// A filed case as its last change left it. Nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Change {
    pub id: CaseId,
    pub department: String,
    pub place: RegionCode,
    pub state: CaseState,
    pub version: i64,
    pub submitted_at: Timestamp,
    pub changed_at: Timestamp,
    pub held_by: Option<StaffId>,
}

/// Cases changed after `(after, id)`, the first change first.
pub async fn after(tx: &mut Tx, after: (Timestamp, CaseId), limit: i64) -> Result<Vec<Change>, Error> {
    fetch_all!(tx, Change, AFTER, after.0, after.1, limit)
}

/// The cases that changed last, the last one first.
pub async fn newest(tx: &mut Tx, limit: i64) -> Result<Vec<Change>, Error> {
    fetch_all!(tx, Change, NEWEST, limit)
}
