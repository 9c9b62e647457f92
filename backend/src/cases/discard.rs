//! Throwing a draft away, with everything that was fetched and uploaded for it.

use domain::ids::CaseId;
use serde_json::json;

use super::expire::remove_draft;
use super::load::own_draft_to_change;
use super::{CaseError, note};
use crate::Backend;
use crate::identity::Actor;

/// Removes the owner's draft for good.
pub async fn discard(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = own_draft_to_change(&backend_of_job, tx, &actor, id).await?;
                if !remove_draft(tx, &opened.row).await? {
                    return Err(CaseError::Changed);
                }
                note(tx, &actor, "cases.discard", &opened.row, None, json!({}), backend_of_job.now())?;
                Ok(())
            })
        })
        .await
}
