//! Whose a case is while somebody works on it: two never hold one case, and one that is left alone returns.

use domain::cases::CaseState;
use domain::identity::Role;
use domain::ids::{CaseId, StaffId};
use serde_json::json;
use storage::Tx;
use storage::cases::case::{self, CaseLine};
use storage::identity::staff;

use super::covered::covered;
use super::{CaseError, Reached, audited, note};
use crate::Backend;
use crate::identity::Actor;
use crate::organisation::posts_of;

/// Takes an open case, for as long as the portal's setting says; each step in it begins that time anew.
pub async fn claim(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let staff = actor.staff()?.id;
    with_open_case(backend, actor, id, move |backend, tx, actor, row| {
        Box::pin(async move {
            waits_for_nobody(row)?;
            take(backend, tx, row, staff).await?;
            note(tx, actor, "cases.claim", row, None, json!({}), backend.now())?;
            Ok(())
        })
    })
    .await
}

/// Gives a case back. That it was not held is no error.
pub async fn release(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let staff = actor.staff()?.id;
    with_open_case(backend, actor, id, move |backend, tx, actor, row| {
        Box::pin(async move {
            if case::release(tx, row.id, staff).await? {
                note(tx, actor, "cases.release", row, None, json!({}), backend.now())?;
            }
            Ok(())
        })
    })
    .await
}

/// Gives a case to a colleague, whosever it was. Who decides there or supervises may; the colleague has to work on such
/// cases.
pub async fn assign(backend: &Backend, actor: &Actor, id: CaseId, to: StaffId) -> Result<(), CaseError> {
    actor.staff()?;
    with_open_case(backend, actor, id, move |backend, tx, actor, row| {
        Box::pin(async move {
            let staff = actor.staff()?;
            let may = |role| staff.may(role, &row.department, row.place);
            if !may(Role::Decide) && !may(Role::Supervise) {
                return Err(CaseError::Outside(Reached { case: row.id, person: row.person_id }));
            }
            waits_for_nobody(row)?;
            let now = backend.now();
            let colleague = staff::by_id(tx, to).await?.filter(|member| member.active);
            let colleague = colleague.ok_or(CaseError::NotFound)?;
            let works = posts_of(tx, colleague.id, now).await?.grants().iter().any(|grant| {
                matches!(grant.role, Role::Intake | Role::Decide)
                    && grant.scope.covers(&row.department, row.place)
            });
            if !works {
                return Err(CaseError::NotFound);
            }
            case::hand_over(tx, row.id, to, now.plus_seconds(backend.hold_seconds)).await?;
            note(tx, actor, "cases.assign", row, None, json!({ "to": to }), now)?;
            Ok(())
        })
    })
    .await
}

/// While its applicant is waited for nobody has a case.
fn waits_for_nobody(row: &CaseLine) -> Result<(), CaseError> {
    match row.state {
        CaseState::Supplementing => Err(CaseError::WaitsForApplicant),
        _ => Ok(()),
    }
}

/// Takes the case for `staff`, in a transaction at hand.
pub(crate) async fn take(
    backend: &Backend,
    tx: &mut Tx,
    row: &CaseLine,
    staff: StaffId,
) -> Result<(), CaseError> {
    let now = backend.now();
    let until = now.plus_seconds(backend.hold_seconds);
    if case::hold(tx, row.id, staff, until, now).await? {
        return Ok(());
    }
    Err(CaseError::Held(row.held_by.unwrap_or(staff)))
}

/// Does something with an open case that the actor's posts cover.
async fn with_open_case(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    act: impl for<'t> FnOnce(
        &'t Backend,
        &'t mut Tx,
        &'t Actor,
        &'t CaseLine,
    ) -> storage::BoxFuture<'t, Result<(), CaseError>>
    + Clone
    + Send
    + 'static,
) -> Result<(), CaseError> {
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
                covered(&who, &row)?;
                if row.state.is_closed() {
                    return Err(CaseError::Changed);
                }
                act(&job, tx, &who, &row).await
            })
        })
        .await;
    audited(backend, actor, done).await
}
