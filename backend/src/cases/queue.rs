//! The queue of a department.

use std::collections::BTreeMap;

use domain::cases::CaseState;
use domain::identity::Role;
use domain::ids::{CaseId, EntityId, PersonId, StaffId};
use domain::registers::Mask;
use domain::time::Timestamp;
use storage::cases::case;
use storage::identity::{entities, persons, staff};

use super::CaseError;
use super::list::{Listed, listed};
use super::load::{Opened, at_desk, start_of_list};
use super::track::{Happened, timeline};
use crate::Backend;
use crate::identity::{Actor, Denied, StaffActor, open_profile};

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

/// Filed cases of the clerk's department in `state`, newest first, before the page that ended with `before`.
pub async fn filed_before(
    backend: &Backend,
    actor: &Actor,
    state: CaseState,
    before: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let before = before.unwrap_or_else(start_of_list);
    let rows = case::filed_before(&mut tx, &staff.department, state.code(), before, limit).await?;
    listed(backend, &mut tx, rows).await
}

/// A filed case of the clerk's department with its timeline, for pages that show nothing personal of it: nothing is
/// noted. To read a case there is [`super::open::open_at_desk`].
pub async fn glance(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
) -> Result<(Opened, Vec<Happened>), CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let opened = at_desk(backend, &mut tx, actor, id).await?;
    let timeline = timeline(backend, &mut tx, id).await?;
    Ok((opened, timeline))
}

/// What waits in a department. In each state at most [`COUNTED`] cases are looked at, the oldest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub submitted: usize,
    pub accepted: usize,
    pub awaiting_payment: usize,
    /// Past the promised day.
    pub overdue: usize,
    /// Promised for today.
    pub due_today: usize,
    /// Facts that matter for closing are pending.
    pub pending: usize,
}

/// What waits in the clerk's department.
pub async fn waiting(backend: &Backend, actor: &Actor) -> Result<Waiting, CaseError> {
    let staff = handler(actor)?;
    // Days are kept as `2026-11-23`, which sorts as they come.
    let today = backend.now().date_in_china().to_string();
    let mut tx = backend.db.read().await?;
    let mut sum = Waiting::default();
    for (state, count) in
        [(CaseState::Submitted, &mut sum.submitted), (CaseState::Accepted, &mut sum.accepted)]
    {
        let open = case::queue_due(&mut tx, &staff.department, state.code(), COUNTED).await?;
        *count = open.len();
        let days = || open.iter().filter_map(|(day, _)| day.as_deref());
        sum.overdue += days().filter(|day| *day < today.as_str()).count();
        sum.due_today += days().filter(|day| *day == today).count();
        sum.pending += open.iter().filter(|(_, pending)| *pending > 0).count();
    }
    let state = CaseState::AwaitingPayment.code();
    sum.awaiting_payment = case::queue_length(&mut tx, &staff.department, state, COUNTED).await?;
    Ok(sum)
}

/// Who applies in each of `cases`, in their order: an entity by its name, a person masked.
pub async fn applicants(
    backend: &Backend,
    actor: &Actor,
    cases: &[Listed],
) -> Result<Vec<String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let mut names = Vec::with_capacity(cases.len());
    for case in cases {
        names.push(masked_name(backend, &mut tx, case.row.person_id, case.row.entity_id).await?);
    }
    Ok(names)
}

/// Who applies, or holds a certificate: an entity by its name, a person masked.
pub(crate) async fn masked_name(
    backend: &Backend,
    tx: &mut storage::Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<String, CaseError> {
    if let Some(entity) = entity {
        return Ok(entities::by_id(tx, entity).await?.map(|e| e.name).unwrap_or_default());
    }
    let row = persons::by_id(tx, person).await?;
    let name = row.and_then(|row| open_profile(backend, &row).name);
    Ok(name.map(|name| Mask::Name.apply(name.as_str())).unwrap_or_default())
}

/// Display names of members of staff who had to do with a case.
pub async fn colleagues(
    backend: &Backend,
    actor: &Actor,
    ids: &[StaffId],
) -> Result<BTreeMap<StaffId, String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let mut names = BTreeMap::new();
    for &id in ids {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(id)
            && let Some(member) = staff::by_id(&mut tx, id).await?
        {
            place.insert(member.display_name);
        }
    }
    Ok(names)
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
