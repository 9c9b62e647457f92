//! Choosing what the queue shows at first.

use domain::ids::DeskViewId;
use storage::cases::desk_views;

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::handler;
use crate::identity::Actor;

/// Makes one of the actor's own views the first one, or none of them.
pub async fn set_default(backend: &Backend, actor: &Actor, id: Option<DeskViewId>) -> Result<(), CaseError> {
    let staff = handler(actor)?.id;
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let set = desk_views::set_default(tx, staff, id).await?;
                if set { Ok(()) } else { Err(CaseError::NotFound) }
            })
        })
        .await
}
