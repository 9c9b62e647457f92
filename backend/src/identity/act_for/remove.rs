//! Taking an entity off one's list.

use domain::ids::EntityId;
use serde_json::json;
use storage::audit;
use storage::identity::{entities as stored, sessions};

use super::{ActForError, entry};
use crate::Backend;
use crate::identity::Actor;

/// Takes the entity off my list. Sessions that act for it act for the person again.
pub async fn remove_entity(backend: &Backend, actor: &Actor, entity: EntityId) -> Result<(), ActForError> {
    let me = *actor.verified_person()?;
    let now = backend.now();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !stored::revoke(tx, me.id, entity, now).await? {
                    return Err(ActForError::NotMine);
                }
                sessions::leave_entity(tx, me.id, entity).await?;
                audit::append(tx, entry(&me, "identity.remove_entity", entity, now, json!({})))?;
                Ok(())
            })
        })
        .await
}
