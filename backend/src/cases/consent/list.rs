//! What a person has consented to.

use domain::ids::ConsentId;
use domain::time::Timestamp;
use storage::registers::consents::{self, Consent};

use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Consents of a person, newest first.
pub async fn consents_of(
    backend: &Backend,
    actor: &Actor,
    before: Option<(Timestamp, ConsentId)>,
    limit: i64,
) -> Result<Vec<Consent>, CaseError> {
    let person = actor.person()?;
    let before = before.unwrap_or((Timestamp::MAX, ConsentId(uuid::Uuid::max())));
    let mut tx = backend.db.read().await?;
    Ok(consents::of_person(&mut tx, person.id, before, limit).await?)
}

/// A consent of the actor. Another's does not exist.
pub async fn consent_of(backend: &Backend, actor: &Actor, id: ConsentId) -> Result<Consent, CaseError> {
    let person = actor.person()?;
    let found = consents::by_id(&mut backend.db.read().await?, id).await?;
    found.filter(|consent| consent.person_id == person.id).ok_or(CaseError::NotFound)
}
