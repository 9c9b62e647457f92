//! One step for many cases: each succeeds or fails for itself.

use domain::ids::{CaseId, StaffId};
use storage::cases::case;

use super::{CaseError, claim, decide};
use crate::Backend;
use crate::identity::{Actor, StaffActor};

/// Cases in one go.
pub const MOST: usize = 50;

/// What to do with all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    Claim,
    Accept,
    /// In favour, cases of one service; what needs grounds is left for its own page.
    Approve,
    Assign(StaffId),
}

/// Does it with each of `cases`, given with the version that was looked at. Says of each what became of it.
pub async fn bulk(
    backend: &Backend,
    actor: &Actor,
    act: Bulk,
    cases: &[(CaseId, i64)],
) -> Result<Vec<(CaseId, Result<(), CaseError>)>, CaseError> {
    let staff = actor.staff()?;
    if cases.len() > MOST {
        return Err(CaseError::TooLarge);
    }
    if act == Bulk::Approve {
        actor.require_recent()?;
        alike(backend, staff, cases).await?;
    }
    let mut outcomes = Vec::with_capacity(cases.len());
    for &(id, version) in cases {
        let outcome = match act {
            Bulk::Claim => claim::claim(backend, actor, id).await,
            Bulk::Accept => decide::accept(backend, actor, id, version).await,
            Bulk::Approve => decide::approve(backend, actor, id, version, None).await,
            Bulk::Assign(to) => claim::assign(backend, actor, id, to).await,
        };
        outcomes.push((id, outcome));
    }
    Ok(outcomes)
}

/// What one looks at together before deciding together is of one kind. Cases that are not theirs are not compared: each is
/// refused for itself.
async fn alike(backend: &Backend, staff: &StaffActor, cases: &[(CaseId, i64)]) -> Result<(), CaseError> {
    let mut tx = backend.db.read().await?;
    let mut first: Option<String> = None;
    for (id, _) in cases {
        let row = case::by_id(&mut tx, *id).await?.ok_or(CaseError::NotFound)?;
        if !row.is_filed() || !staff.handles(&row.department, row.place) {
            continue;
        }
        let service = row.line.service_code;
        if *first.get_or_insert_with(|| service.clone()) != service {
            return Err(CaseError::NotAlike);
        }
    }
    Ok(())
}
