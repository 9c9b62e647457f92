//! Acting for an entity, or for oneself again.

use domain::identity::credit_code::CreditCode;
use domain::ids::EntityId;
use serde_json::json;
use storage::audit;
use storage::identity::{entities as stored, sessions};

use super::{ActForError, LEGAL_REPRESENTATIVE, REGISTER, ask_register, entry, remove_entity};
use crate::Backend;
use crate::identity::PersonActor;
use crate::identity::sign_in::Token;
use crate::identity::viewer::Viewer;

/// Days until the register is asked again.
const FRESH_DAYS: i64 = 30;

/// Acts for `entity` from now on in this session, under a new token. What the register said long ago is asked again;
/// who is no longer the representative loses the entity.
pub async fn switch_entity(
    backend: &Backend,
    viewer: &Viewer,
    entity: EntityId,
) -> Result<Token, ActForError> {
    let me = *viewer.actor().verified_person()?;
    let held = stored::representation(&mut backend.db.read().await?, me.id, entity).await?;
    let held = held.ok_or(ActForError::NotMine)?;
    if held.verified_at.plus_days(FRESH_DAYS) < backend.now() {
        let code = CreditCode::parse(&held.code).map_err(|_| ActForError::NotMine)?;
        match ask_register(backend, &me, &code).await {
            Ok(()) => renew(backend, &me, entity).await?,
            Err(refused @ (ActForError::NoMatch | ActForError::NotActive)) => {
                remove_entity(backend, &viewer.actor(), entity).await?;
                return Err(refused);
            }
            Err(other) => return Err(other),
        }
    }
    set(backend, viewer, Some(entity)).await
}

/// Notes that the register still says so.
async fn renew(backend: &Backend, me: &PersonActor, entity: EntityId) -> Result<(), ActForError> {
    let (me, now) = (*me, backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                stored::represent(tx, me.id, entity, LEGAL_REPRESENTATIVE, now).await?;
                let detail = json!({ "register": REGISTER });
                audit::append(tx, entry(&me, "identity.renew_entity", entity, now, detail))?;
                Ok(())
            })
        })
        .await
}

/// Acts for oneself again, under a new token.
pub async fn leave_entity(backend: &Backend, viewer: &Viewer) -> Result<Token, ActForError> {
    set(backend, viewer, None).await
}

async fn set(backend: &Backend, viewer: &Viewer, entity: Option<EntityId>) -> Result<Token, ActForError> {
    let me = *viewer.actor().verified_person()?;
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let session = viewer.session.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(entity) = entity
                    && stored::representation(tx, me.id, entity).await?.is_none()
                {
                    return Err(ActForError::NotMine);
                }
                if !sessions::act_for(tx, &session, &token.hash(), entity).await? {
                    return Err(ActForError::Stale);
                }
                if let Some(subject) = entity.or(me.entity) {
                    let action = if entity.is_some() { "identity.act_for" } else { "identity.act_for_self" };
                    audit::append(tx, entry(&me, action, subject, now, json!({})))?;
                }
                Ok(token)
            })
        })
        .await
}
