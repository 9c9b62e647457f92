//! Identifying what was described: the clerk says which record of the register the applicant means.

use domain::cases::{Answer, CaseState, EventKind, Wrong};
use domain::catalog::field::FieldType;
use domain::identity::Role;
use domain::ids::CaseId;
use domain::rules::Value;
use serde_json::json;
use storage::cases::case;

use super::load::at_desk_to_change;
use super::track::record;
use super::{CaseError, audited, note};
use crate::Backend;
use crate::identity::Actor;
use crate::sealing::Place;

/// Keeps which record, or records, of the register the answer to `field` means, beside the applicant's words. Until the
/// case is decided another can be chosen. `version` is what the clerk was looking at.
pub async fn identify(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    field: &str,
    keys: &[String],
) -> Result<(), CaseError> {
    actor.staff_with(Role::Decide)?;
    let asked_by = actor;
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    let (field, mut keys) = (field.to_owned(), keys.to_vec());
    keys.sort();
    keys.dedup();
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = at_desk_to_change(backend, tx, &actor, Role::Decide, id, version).await?;
                if opened.row.state != CaseState::Accepted {
                    return Err(CaseError::Changed);
                }
                let question = opened.service.definition.field(&field).ok_or(CaseError::NotFound)?;
                let mut answers = opened.answers.clone().unwrap_or_default();
                let described = match answers.get(&field) {
                    Some(Answer::Described(words) | Answer::Identified { described: words, .. }) => {
                        words.clone()
                    }
                    _ => return Err(CaseError::NotFound),
                };
                let offered = opened.offered(question);
                let is_offered = |key: &String| offered.iter().any(|(other, _)| other == key);
                if keys.is_empty() || !keys.iter().all(is_offered) {
                    return Err(CaseError::Text(Wrong::NotAnOption));
                }
                let value = match (question.kind, keys.as_slice()) {
                    (FieldType::MultiChoice, keys) => Value::Set(keys.to_vec()),
                    (_, [key]) => Value::text(key),
                    _ => return Err(CaseError::Text(Wrong::NotAnOption)),
                };
                answers.insert(field.clone(), Answer::Identified { described, value });
                let sealed = backend.seal_json(Place::new("cases", "answers", &id.0), &answers);
                let now = backend.now();
                if !case::set_answers(tx, id, version, &sealed, now).await? {
                    return Err(CaseError::Changed);
                }
                let detail = json!({ "field": field, "keys": keys });
                record(backend, tx, &opened.row, EventKind::Identified, &actor, detail).await?;
                note(tx, &actor, "cases.identify", &opened.row, None, json!({ "field": field }), now)?;
                Ok(())
            })
        })
        .await;
    audited(backend, asked_by, done).await
}
