//! Changing a template.

use domain::ids::TemplateId;
use storage::cases::reason_templates;

use super::{checked, managed, note};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Replaces title and words. `version` is what was looked at: `Changed` when somebody was faster.
pub async fn change(
    backend: &Backend,
    actor: &Actor,
    id: TemplateId,
    version: i64,
    title: &str,
    words: &str,
) -> Result<(), CaseError> {
    actor.staff()?;
    let (title, words) = (title.to_owned(), words.to_owned());
    let (job, who) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = reason_templates::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
                managed(&job, &who, row.office_id)?;
                let (title, words) = checked(row.kind, &title, &words)?;
                let now = job.now();
                if !reason_templates::change(tx, id, version, &title, &words, now).await? {
                    return Err(CaseError::Changed);
                }
                note(tx, &who, "cases.change_template", &row, now)?;
                Ok(())
            })
        })
        .await
}
