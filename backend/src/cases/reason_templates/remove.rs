//! Removing a template.

use domain::ids::TemplateId;
use storage::cases::reason_templates;

use super::{managed, note};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Removes a template. Reasons that were given with it stay as they are.
pub async fn remove(backend: &Backend, actor: &Actor, id: TemplateId) -> Result<(), CaseError> {
    actor.staff()?;
    let (job, who) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = reason_templates::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
                managed(&job, &who, row.office_id)?;
                if !reason_templates::delete(tx, id).await? {
                    return Err(CaseError::NotFound);
                }
                note(tx, &who, "cases.remove_template", &row, job.now())?;
                Ok(())
            })
        })
        .await
}
