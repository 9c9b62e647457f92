//! Adding a template.

use domain::cases::ReasonKind;
use domain::ids::{OfficeId, TemplateId};
use storage::cases::reason_templates;

use super::{MOST, TemplateRow, checked, managed, note};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// A template to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTemplate {
    pub kind: ReasonKind,
    /// By which it is chosen.
    pub title: String,
    /// With places to fill, such as `{due}`.
    pub words: String,
}

/// Adds a template to an office. `TooMany` when it has [`MOST`] of the kind.
pub async fn keep(
    backend: &Backend,
    actor: &Actor,
    office: OfficeId,
    new: NewTemplate,
) -> Result<TemplateId, CaseError> {
    let office = managed(backend, actor, office)?;
    let (title, words) = checked(new.kind, &new.title, &new.words)?;
    let (job, who, kind) = (backend.clone(), actor.clone(), new.kind);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let taken = reason_templates::of_kind(tx, office.id, kind).await?;
                let mut row = TemplateRow {
                    id: TemplateId(job.id()),
                    office_id: office.id,
                    kind,
                    slot: 0,
                    title,
                    words,
                    version: 1,
                    changed_at: job.now(),
                };
                // A slot that was free may be taken at the same time; the next one is tried then.
                for slot in (1..=MOST).filter(|slot| taken.iter().all(|t| t.slot != *slot)) {
                    row.slot = slot;
                    if reason_templates::insert(tx, &row).await? {
                        note(tx, &who, "cases.keep_template", &row, job.now())?;
                        return Ok(row.id);
                    }
                }
                Err(CaseError::TooMany)
            })
        })
        .await
}
