//! What a person has consented to.

use domain::ids::ConsentId;
use domain::time::Timestamp;
use storage::Tx;
use storage::cases::case;
use storage::registers::consents::{self, Consent};

use crate::Backend;
use crate::cases::CaseError;
use crate::identity::{Actor, may_act_for};

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
    let mut tx = backend.db.read().await?;
    own_consent(&mut tx, actor, id).await
}

/// A consent of the actor, as long as its case is theirs to see.
pub(super) async fn own_consent(tx: &mut Tx, actor: &Actor, id: ConsentId) -> Result<Consent, CaseError> {
    let person = actor.person()?.id;
    let found = consents::by_id(tx, id).await?.filter(|consent| consent.person_id == person);
    let consent = found.ok_or(CaseError::NotFound)?;
    let case = case::by_id(tx, consent.case_id).await?.ok_or(CaseError::NotFound)?;
    let may = may_act_for(tx, person, case.entity_id).await?;
    may.then_some(consent).ok_or(CaseError::NotFound)
}
