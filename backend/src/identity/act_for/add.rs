//! Adding an entity that one represents.

use domain::identity::credit_code::CreditCode;
use domain::ids::EntityId;
use domain::registers::Subject;
use domain::rules::Value;
use serde_json::json;
use storage::audit;
use storage::identity::entities as stored;

use super::{ActForError, LEGAL_REPRESENTATIVE, REGISTER, ask_register, entry};
use crate::Backend;
use crate::identity::Actor;
use crate::identity::limits::{self, Bucket};
use crate::registers::{Answer, Question};

/// Asks the market-entity register whether the actor is the legal representative, and keeps that.
pub async fn add_entity(
    backend: &Backend,
    actor: &Actor,
    code: &CreditCode,
) -> Result<EntityId, ActForError> {
    let me = *actor.verified_person()?;
    let now = backend.now();
    let bucket = Bucket::new(backend, limits::VERIFICATIONS_PER_PERSON, &format!("entity|{}", me.id));
    if let Some(retry_at) = limits::take_now(backend, vec![bucket]).await? {
        return Err(ActForError::TooOften { retry_at });
    }
    ask_register(backend, &me, code).await?;
    let register = backend.catalog.reference.registers.get(REGISTER).ok_or(ActForError::Unknown)?;
    let code = code.to_string();
    let question = Question {
        subject: Subject::Entity,
        number: &code,
        purpose: "act_for",
        // The name is public.
        consent: None,
        facts: vec!["entity.name"],
    };
    let Answer::Said(said) = backend.registers.ask(register, &question).await else {
        return Err(ActForError::Unknown);
    };
    let Some(Some(Value::Text(entity_name))) = said.facts.get("entity.name").cloned() else {
        return Err(ActForError::Unknown);
    };
    let new_id = EntityId(backend.id());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let entity = stored::put(tx, new_id, &code, &entity_name, now).await?;
                stored::represent(tx, me.id, entity.id, LEGAL_REPRESENTATIVE, now).await?;
                let detail = json!({ "register": REGISTER });
                audit::append(tx, entry(&me, "identity.add_entity", entity.id, now, detail))?;
                Ok(entity.id)
            })
        })
        .await
}
