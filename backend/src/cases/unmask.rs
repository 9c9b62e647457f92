//! Seeing a masked value: only with a purpose, which the person will read.

use domain::cases::Answer;
use domain::ids::CaseId;
use domain::registers::FactState;
use domain::rules::Value;
use serde_json::json;

use super::load::{Opened, at_desk};
use super::queue::handler;
use super::{CaseError, audited, note, own_words};
use crate::Backend;
use crate::identity::{Actor, Purpose, UnmaskReason, WORDS, seal_words};

/// Why a clerk looks: a reason of the list and, with "other" always, own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmaskPurpose {
    pub reason: UnmaskReason,
    pub words: Option<String>,
}

/// The value of a fact in full, after the purpose has been noted; `None` where no register gave one.
pub async fn unmask(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    fact: &str,
    purpose: &UnmaskPurpose,
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
    purpose: &UnmaskPurpose,
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
    purpose: &UnmaskPurpose,
    find: impl Fn(&Opened, &str) -> Option<T> + Clone + Send + 'static,
) -> Result<T, CaseError> {
    handler(actor)?;
    let words = match (&purpose.words, purpose.reason) {
        (None, UnmaskReason::Other) => return Err(CaseError::ReasonNeeded),
        (words, _) => words.as_deref().map(own_words).transpose()?,
    };
    let (reason, name) = (purpose.reason, name.to_owned());
    let asked_by = actor;
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    let found = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = at_desk(backend, tx, &actor, id).await?;
                let found = find(&opened, &name).ok_or(CaseError::NotFound)?;
                let words = words.map(|words| seal_words(backend, id, &words));
                let detail = json!({ kind: name, WORDS: words });
                let purpose = Some(Purpose::Unmask(reason));
                note(tx, &actor, "cases.unmask", &opened.row, purpose, detail, backend.now())?;
                Ok(found)
            })
        })
        .await;
    audited(backend, asked_by, found).await
}
