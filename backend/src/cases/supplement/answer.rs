//! The applicant answers what was asked for, and nothing else.

use domain::cases::supplement::changes;
use domain::cases::{Action, CaseState, Raw, SupplementEnd};
use domain::ids::CaseId;
use storage::cases::{case, supplements};

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::decide::{Step, apply};
use crate::cases::load::{Opened, own_to_change, seal_raw};
use crate::cases::save::{MAX_DRAFT, replace, typed_bytes};
use crate::identity::Actor;
use crate::sealing::Place;

/// Keeps what was typed, whatever it is; what is not on the list is ignored.
pub async fn save_answers(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    posted: Raw,
) -> Result<(), CaseError> {
    actor.verified_person()?;
    let (job, who) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = being_mended(&job, own_to_change(&job, tx, &who, id).await?)?;
                let mut raw = opened.raw.clone();
                let amended = opened.amended(&job);
                replace(&mut raw, opened.to_amend(&amended), posted);
                if typed_bytes(&raw) > MAX_DRAFT {
                    return Err(CaseError::TooLarge);
                }
                let sealed = seal_raw(&job, id, &raw);
                if !case::save_typed(tx, id, opened.row.version, &sealed, job.now()).await? {
                    return Err(CaseError::Changed);
                }
                Ok(())
            })
        })
        .await
}

/// Hands in the answer: the case goes on where it stood, with what changed kept beside it. Handing in twice is once.
pub async fn resubmit(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    actor.verified_person()?;
    let (job, who) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &job;
                let opened = own_to_change(backend, tx, &who, id).await?;
                if matches!(opened.row.state, CaseState::Submitted | CaseState::Accepted) {
                    return Ok(());
                }
                let mut opened = being_mended(backend, opened)?;
                let amended = opened.amended(backend);
                if !amended.is_complete() || !opened.missing_materials().is_empty() {
                    return Err(CaseError::Incomplete);
                }
                let (before, after) = (opened.answers.take().unwrap_or_default(), amended.answers());
                let changed = changes(&before, &after);
                let now = backend.now();
                let sealed = backend.seal_json(Place::new("cases", "answers", &id.0), &after);
                let nothing = seal_raw(backend, id, &Raw::new());
                if !case::amend(tx, id, opened.row.version, &sealed, &nothing, now).await? {
                    return Err(CaseError::Changed);
                }
                opened.row.line.version += 1;
                let rows = supplements::of_case(tx, id).await?;
                let open = rows.iter().find(|row| row.ended_at.is_none()).ok_or(CaseError::Changed)?;
                let changed = backend.seal_json(Place::new("supplements", "changes", &open.id), &changed);
                supplements::end(tx, id, now, SupplementEnd::Answered, Some(&changed)).await?;
                let action = match open.from_state {
                    CaseState::Accepted => Action::Resume,
                    _ => Action::Resubmit,
                };
                apply(backend, tx, &who, &opened, Step { action, findings: None, reason: None }).await
            })
        })
        .await
}

/// The case, if it waits for its applicant and there is still time.
fn being_mended(backend: &Backend, opened: Opened) -> Result<Opened, CaseError> {
    let today = backend.now().date_in_china();
    let open = opened.row.state == CaseState::Supplementing
        && opened.asked.as_ref().is_some_and(|asked| !asked.is_over(today));
    if open { Ok(opened) } else { Err(CaseError::Changed) }
}
