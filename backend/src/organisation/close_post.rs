//! Closing a post: whoever is on it is on it no longer.

use domain::ids::PostId;
use serde_json::json;
use storage::organisation::{appointments, offices, posts};

use super::giving::{scope_of, scope_of_post};
use super::open_office::note;
use super::{OrganisationError, refused};
use crate::Backend;
use crate::identity::{Actor, may_organise};

/// Closes a post and ends the appointments to it; gives how many. For who keeps its office and what it is for.
pub async fn close_post(backend: &Backend, actor: &Actor, id: PostId) -> Result<u64, OrganisationError> {
    let (now, who) = (backend.now(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let post = posts::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
                let office = offices::by_id(tx, post.office_id).await?.ok_or(OrganisationError::NotFound)?;
                may_organise(&who, &scope_of(&office))?;
                may_organise(&who, &scope_of_post(&post))?;
                who.require_recent()?;
                let by = who.staff().ok().map(|staff| staff.id);
                if !posts::close(tx, id, by, now).await? {
                    return Err(OrganisationError::NotFound);
                }
                let ended = appointments::end_at_post(tx, id, by, now).await?;
                let detail = json!({ "office": post.office_id, "appointments_ended": ended });
                note(tx, &who, "organisation.close_post", "post", id.0, detail, now)?;
                Ok(ended)
            })
        })
        .await;
    refused::audited(backend, actor, "post", id.0, done).await
}
