//! Seeing a masked value: only with a purpose, which the person will read.

use domain::cases::{Answer, CaseState};
use domain::ids::CaseId;
use domain::registers::FactState;
use domain::rules::Value;
use serde_json::json;

use super::load::{Opened, load};
use super::queue::handler;
use super::{CaseError, note, own_words, report_foreign};
use crate::Backend;
use crate::identity::Actor;

/// The value of a fact in full, after the purpose has been noted; `None` where no register gave one.
pub async fn unmask(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    fact: &str,
    purpose: &str,
) -> Result<Option<Value>, CaseError> {
    let value = |opened: &Opened, fact: &str| {
        opened.facts.0.get(fact).map(|state| match state {
            FactState::Known(value) => Some(value.clone()),
            FactState::Contested(value) => value.clone(),
            FactState::NoRecord | FactState::Pending => None,
        })
    };
    look(backend, actor, id, "fact", fact, purpose, value).await
}

/// An answer in full, after the purpose has been noted.
pub async fn unmask_answer(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    field: &str,
    purpose: &str,
) -> Result<Answer, CaseError> {
    let answer = |opened: &Opened, field: &str| opened.answers.as_ref()?.get(field).cloned();
    look(backend, actor, id, "field", field, purpose, answer).await
}

/// Notes the purpose in the same transaction that reads the value; nothing is noted when there is none.
async fn look<T: Send + 'static>(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    kind: &'static str,
    name: &str,
    purpose: &str,
    find: impl Fn(&Opened, &str) -> Option<T> + Clone + Send + 'static,
) -> Result<T, CaseError> {
    let staff = handler(actor)?.clone();
    let purpose = own_words(purpose)?;
    let (backend_of_job, actor, name) = (backend.clone(), actor.clone(), name.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load(&backend_of_job, tx, id).await?;
                if opened.row.department != staff.department || opened.state == CaseState::Draft {
                    report_foreign(&actor, id);
                    return Err(CaseError::NotFound);
                }
                let found = find(&opened, &name).ok_or(CaseError::NotFound)?;
                let detail = json!({ kind: name });
                note(tx, &actor, "cases.unmask", &opened.row, Some(purpose), detail, backend_of_job.now())?;
                Ok(found)
            })
        })
        .await
}
