//! One's own views.

use domain::ids::DeskViewId;
use storage::cases::desk_views::{self, DeskView};

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::handler;
use crate::identity::Actor;

/// All of them, in the order they were saved.
pub async fn views(backend: &Backend, actor: &Actor) -> Result<Vec<DeskView>, CaseError> {
    let staff = handler(actor)?.id;
    Ok(desk_views::of_staff(&mut backend.db.read().await?, staff).await?)
}

/// One of them; another's does not exist.
pub async fn view(backend: &Backend, actor: &Actor, id: DeskViewId) -> Result<DeskView, CaseError> {
    let staff = handler(actor)?.id;
    desk_views::by_id(&mut backend.db.read().await?, id, staff).await?.ok_or(CaseError::NotFound)
}

/// The one that the queue shows at first.
pub async fn default_view(backend: &Backend, actor: &Actor) -> Result<Option<DeskView>, CaseError> {
    let staff = handler(actor)?.id;
    Ok(desk_views::default_of(&mut backend.db.read().await?, staff).await?)
}
