//! 与实际不符: the citizen says that a register's value is wrong.

use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case;
use storage::registers::evidence;

use super::load::own_draft_to_change;
use super::{CaseError, note, own_words};
use crate::Backend;
use crate::identity::Actor;
use crate::sealing::Place;

/// Contests a value of the owner's draft with a reason, or takes that back with `None`.
pub async fn contest(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    fact: &str,
    reason: Option<&str>,
) -> Result<(), CaseError> {
    actor.verified_person()?;
    let reason = reason.map(own_words).transpose()?;
    let (backend_of_job, actor, fact) = (backend.clone(), actor.clone(), fact.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_draft_to_change(backend, tx, &actor, id).await?;
                let rows = evidence::of_case(tx, id).await?;
                let row = rows.iter().find(|r| r.fact == fact).ok_or(CaseError::NotFound)?;
                let now = backend.now();
                let place = Place::new("evidence", "contest_reason", &row.id.0);
                let contested = reason.as_ref().map(|r| (now, backend.seal_json(place, r)));
                let action = if contested.is_some() { "registers.contest" } else { "registers.uncontest" };
                if !evidence::contest(tx, row.id, contested).await? {
                    return Err(CaseError::Changed);
                }
                case::grounds_changed(tx, id, now).await?;
                note(tx, &actor, action, &opened.row, None, json!({ "fact": fact }), now)?;
                Ok(())
            })
        })
        .await
}
