//! The queue of a department.

use domain::cases::CaseState;
use domain::identity::Role;
use domain::ids::CaseId;
use domain::time::Timestamp;
use storage::cases::case;

use super::CaseError;
use super::list::{Listed, listed};
use crate::Backend;
use crate::identity::{Actor, Denied, StaffActor};

/// Waiting cases are counted up to this many.
pub const COUNTED: i64 = 100;

/// Staff who handle cases; a system administrator reads none.
pub(crate) fn handler(actor: &Actor) -> Result<&StaffActor, Denied> {
    let staff = actor.staff()?;
    let handles = staff.roles.iter().any(|r| matches!(r, Role::Intake | Role::Decide));
    if handles { Ok(staff) } else { Err(Denied::Forbidden) }
}

/// Filed cases of the clerk's department in `state`, oldest first, after the page that ended with `after`.
pub async fn queue(
    backend: &Backend,
    actor: &Actor,
    state: CaseState,
    after: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    let staff = handler(actor)?;
    let after = after.unwrap_or((Timestamp::MIN, CaseId(uuid::Uuid::nil())));
    let mut tx = backend.db.read().await?;
    let rows = case::queue(&mut tx, &staff.department, state.code(), after, limit).await?;
    listed(backend, &mut tx, rows).await
}

/// How many cases of the department wait in each state, up to [`COUNTED`].
pub async fn waiting(backend: &Backend, actor: &Actor) -> Result<Vec<(CaseState, usize)>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let mut counts = Vec::new();
    for state in [CaseState::Submitted, CaseState::Accepted, CaseState::AwaitingPayment] {
        let waiting = case::queue_length(&mut tx, &staff.department, state.code(), COUNTED).await?;
        counts.push((state, waiting));
    }
    Ok(counts)
}

/// The case of the department with this reference number.
pub async fn by_reference(
    backend: &Backend,
    actor: &Actor,
    reference: &domain::cases::Reference,
) -> Result<Option<CaseId>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let row = case::by_reference(&mut tx, reference.as_str()).await?;
    Ok(row.filter(|r| r.department == staff.department).map(|r| r.id))
}
