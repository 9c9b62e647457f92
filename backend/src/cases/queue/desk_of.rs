//! The desk that a case lies on.

use domain::ids::CaseId;
use storage::cases::case;

use super::{Desk, handler};
use crate::Backend;
use crate::cases::covered::seen;
use crate::cases::{CaseError, audited};
use crate::identity::Actor;

/// The office that handles a filed case, if the actor's posts cover it. Nothing is read but where it is.
pub async fn desk_of(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Desk, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let row = case::by_id(&mut tx, id).await?.ok_or(CaseError::NotFound)?;
    if let Err(refused) = seen(&mut tx, actor, &row).await {
        drop(tx);
        return audited(backend, actor, Err(refused)).await;
    }
    Ok(Desk::of_office(&row.department, row.place))
}
