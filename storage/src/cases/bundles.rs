//! The forms of bundles, and the cases of their members.

use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;

use super::case::{CaseLine, case_line};
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO bundle_members (bundle_id, service_code, person_id, position, case_id, unfiled, other_case_id)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    MEMBERS = "SELECT bundle_id, service_code, person_id, position, case_id, unfiled, other_case_id FROM bundle_members
               WHERE bundle_id = $1 ORDER BY position LIMIT 100";
    CASES = concat!("SELECT ", case_line!(), " FROM cases WHERE bundle_id = $1 ORDER BY id LIMIT 100");
    SPLIT = "UPDATE cases SET state = 'bundled', reference = $3, submitted_at = $4, changed_at = $4, version = version + 1
             WHERE id = $1 AND version = $2 AND state = 'draft'";
    TOUCH = "UPDATE cases SET changed_at = $2, version = version + 1 WHERE id = $1 AND state = 'bundled'";
    WAIT = "UPDATE cases SET state = 'waiting', version = version + 1 WHERE id = $1 AND state = 'draft'";
    SAVE_WAITING = "UPDATE cases SET raw_answers = $3, version = version + 1
                    WHERE id = $1 AND version = $2 AND state = 'waiting'";
    EMPTY = "UPDATE cases SET raw_answers = $2, evidence_erased_at = $3 WHERE id = $1 AND state = 'bundled'";
    NAMED_BY = "SELECT service_code FROM cases WHERE id = $1";
}

/// What became of a member when the form was filed. Its own state is that of its case.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct BundleMember {
    pub bundle_id: CaseId,
    pub service_code: String,
    pub person_id: PersonId,
    pub position: i64,
    pub case_id: Option<CaseId>,
    /// Why there is no case.
    pub unfiled: Option<String>,
    /// The case that stood in the way.
    pub other_case_id: Option<CaseId>,
}

pub async fn insert(tx: &mut Tx, m: &BundleMember) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        m.bundle_id,
        &m.service_code,
        m.person_id,
        m.position,
        m.case_id,
        &m.unfiled,
        m.other_case_id
    )
    .map(drop)
}

/// The members of a form that was filed, as they are shown.
pub async fn members(tx: &mut Tx, bundle: CaseId) -> Result<Vec<BundleMember>, Error> {
    fetch_all!(tx, BundleMember, MEMBERS, bundle)
}

/// The cases of the members, in the order in which they were made.
pub async fn cases(tx: &mut Tx, bundle: CaseId) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, CASES, bundle)
}

/// Notes that the form was split. `false` when it changed or was filed meanwhile.
pub async fn split(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    reference: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SPLIT, id, version, reference, now)? == 1)
}

/// Counts that something happened to a member, and keeps whoever else does so waiting until this transaction ends.
pub async fn touch(tx: &mut Tx, id: CaseId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, TOUCH, id, now)? == 1)
}

/// Lets a member that was just made wait.
pub async fn wait(tx: &mut Tx, id: CaseId) -> Result<bool, Error> {
    Ok(execute!(tx, WAIT, id)? == 1)
}

/// Replaces the answers of a member that waits. `false` when someone else changed it meanwhile.
pub async fn save_waiting(tx: &mut Tx, id: CaseId, version: i64, raw_answers: &[u8]) -> Result<bool, Error> {
    Ok(execute!(tx, SAVE_WAITING, id, version, raw_answers)? == 1)
}

/// Lets go of what was typed, once every member has its part.
pub async fn empty(tx: &mut Tx, id: CaseId, nothing: &[u8], now: Timestamp) -> Result<(), Error> {
    execute!(tx, EMPTY, id, nothing, now).map(drop)
}

/// The code of the bundle that a form is of.
pub async fn code(tx: &mut Tx, bundle: CaseId) -> Result<Option<String>, Error> {
    Ok(fetch_optional!(tx, (String,), NAMED_BY, bundle)?.map(|(code,)| code))
}
