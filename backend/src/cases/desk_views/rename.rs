//! Giving a view another name.

use domain::ids::DeskViewId;
use storage::cases::desk_views;

use super::checked_name;
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::handler;
use crate::identity::Actor;

/// Renames one of the actor's own views.
pub async fn rename(backend: &Backend, actor: &Actor, id: DeskViewId, name: &str) -> Result<(), CaseError> {
    let staff = handler(actor)?.id;
    let name = checked_name(name)?;
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let renamed = desk_views::rename(tx, id, staff, &name).await?;
                if renamed { Ok(()) } else { Err(CaseError::NotFound) }
            })
        })
        .await
}
