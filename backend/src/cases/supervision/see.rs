//! A supervisor takes note of a late case, with or without a word to those who work on it.

use domain::identity::Role;
use domain::ids::EscalationId;
use serde_json::json;
use storage::cases::{case, escalations};

use crate::Backend;
use crate::cases::{CaseError, Reached, audited, note, own_words};
use crate::identity::Actor;
use crate::sealing::Place;

/// Takes note. Somebody else having done so before is [`CaseError::Changed`].
pub async fn see(backend: &Backend, actor: &Actor, id: EscalationId, words: &str) -> Result<(), CaseError> {
    actor.staff()?;
    let words = match words.trim() {
        "" => None,
        said => Some(own_words(said)?),
    };
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let told = escalations::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
                let staff = who.staff()?;
                if !staff.may(Role::Supervise, &told.department, told.region) {
                    let reached = Reached { case: told.case_id, person: told.person_id };
                    return Err(CaseError::Outside(reached));
                }
                let now = job.now();
                let sealed =
                    words.as_ref().map(|w| job.seal_json(Place::new("escalations", "words", &id.0), w));
                if !escalations::see(tx, id, now, staff.id, sealed.as_deref()).await? {
                    return Err(CaseError::Changed);
                }
                let row = case::by_id(tx, told.case_id).await?.ok_or(CaseError::NotFound)?;
                note(tx, &who, "cases.supervise", &row, None, json!({ "said": words.is_some() }), now)?;
                Ok(())
            })
        })
        .await;
    audited(backend, actor, done).await
}
