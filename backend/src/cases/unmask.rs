//! Seeing a masked value: only with a purpose, which the person will read.

use domain::ids::CaseId;
use domain::registers::FactState;
use domain::rules::Value;
use serde_json::json;

use super::load::load;
use super::queue::handler;
use super::{CaseError, note, own_words, report_foreign};
use crate::Backend;
use crate::identity::Actor;

/// The value of a fact in full, after the purpose has been noted.
pub async fn unmask(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    fact: &str,
    purpose: &str,
) -> Result<Option<Value>, CaseError> {
    let staff = handler(actor)?.clone();
    let purpose = own_words(purpose)?;
    let (backend_of_job, actor, fact) = (backend.clone(), actor.clone(), fact.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load(&backend_of_job, tx, id).await?;
                if opened.row.department != staff.department || opened.state == domain::cases::CaseState::Draft {
                    report_foreign(&actor, id);
                    return Err(CaseError::NotFound);
                }
                let state = opened.facts.0.get(&fact).ok_or(CaseError::NotFound)?;
                let detail = json!({ "fact": fact });
                note(tx, &actor, "cases.unmask", &opened.row, Some(purpose), detail, backend_of_job.now())?;
                Ok(match state {
                    FactState::Known(value) | FactState::Contested(value) => Some(value.clone()),
                    FactState::NoRecord | FactState::Pending => None,
                })
            })
        })
        .await
}
