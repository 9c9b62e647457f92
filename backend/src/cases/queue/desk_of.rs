//! The desk that a case lies on.

use domain::ids::CaseId;
use storage::cases::case;

use super::{Desk, handler};
use crate::Backend;
use crate::cases::examination::has_seat;
use crate::cases::{CaseError, Reached, audited, report_foreign};
use crate::identity::Actor;

/// The office that handles a filed case, if the actor's posts cover it. Nothing is read but where it is.
pub async fn desk_of(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Desk, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let row = case::by_id(&mut tx, id).await?.ok_or(CaseError::NotFound)?;
    if row.state.is_private() {
        report_foreign(actor, id);
        return Err(CaseError::NotFound);
    }
    if !staff.handles(&row.department, row.place) && !has_seat(&mut tx, staff, &row).await? {
        drop(tx);
        let reached = Reached { case: id, person: row.person_id };
        return audited(backend, actor, Err(CaseError::Outside(reached))).await;
    }
    Ok(Desk { department: row.department.clone(), place: row.place, office_only: true })
}
