//! Who applied, or holds a certificate, by name. Not whom a session acts for at the moment.

use domain::ids::{EntityId, PersonId};
use domain::registers::Mask;
use storage::Tx;
use storage::identity::{entities, persons};

use super::CaseError;
use crate::Backend;
use crate::identity::{Actor, open_profile};

/// The name in full, for the person themself; empty while identity is not proven.
pub async fn applicant(
    backend: &Backend,
    actor: &Actor,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<String, CaseError> {
    if actor.person()?.id != person {
        return Err(CaseError::NotFound);
    }
    name(backend, &mut backend.db.read().await?, person, entity).await
}

/// The name of the entity, else of the person. Callers authorise.
pub(crate) async fn name(
    backend: &Backend,
    tx: &mut Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<String, CaseError> {
    if let Some(entity) = entity {
        return Ok(entities::by_id(tx, entity).await?.map(|e| e.name).unwrap_or_default());
    }
    let row = persons::by_id(tx, person).await?;
    let name = row.and_then(|row| open_profile(backend, &row).name);
    Ok(name.map(|name| name.as_str().to_owned()).unwrap_or_default())
}

/// As staff see it: an entity by its name, a person masked. Callers authorise.
pub(crate) async fn masked_name(
    backend: &Backend,
    tx: &mut Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<String, CaseError> {
    let name = name(backend, tx, person, entity).await?;
    Ok(if entity.is_some() || name.is_empty() { name } else { Mask::Name.apply(&name) })
}
