//! Deleting a view.

use domain::ids::DeskViewId;
use storage::cases::desk_views;

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::handler;
use crate::identity::Actor;

/// Deletes one of the actor's own views.
pub async fn remove(backend: &Backend, actor: &Actor, id: DeskViewId) -> Result<(), CaseError> {
    let staff = handler(actor)?.id;
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let gone = desk_views::delete(tx, id, staff).await?;
                if gone { Ok(()) } else { Err(CaseError::NotFound) }
            })
        })
        .await
}
