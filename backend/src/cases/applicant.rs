//! Who applied, or holds a certificate, by name. Not whom a session acts for at the moment.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{EntityId, PersonId};
use domain::registers::Mask;
use storage::Tx;
use storage::identity::entities;
use storage::identity::persons::{self, Person};

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
    let names = masked_names(backend, tx, &[(person, entity)]).await?;
    Ok(names.into_iter().next().unwrap_or_default())
}

/// As [`masked_name`], for many at once, in their order.
pub(crate) async fn masked_names(
    backend: &Backend,
    tx: &mut Tx,
    all: &[(PersonId, Option<EntityId>)],
) -> Result<Vec<String>, CaseError> {
    let entity_ids: BTreeSet<EntityId> = all.iter().filter_map(|(_, entity)| *entity).collect();
    let alone = all.iter().filter(|(_, entity)| entity.is_none());
    let person_ids: BTreeSet<PersonId> = alone.map(|(person, _)| *person).collect();
    let entity_ids: Vec<EntityId> = entity_ids.into_iter().collect();
    let person_ids: Vec<PersonId> = person_ids.into_iter().collect();
    let entities = entities::by_ids(tx, &entity_ids).await?;
    let entities: BTreeMap<EntityId, String> = entities.into_iter().map(|e| (e.id, e.name)).collect();
    let masked = |row: &Person| {
        let name = open_profile(backend, row).name;
        name.map(|name| Mask::Name.apply(name.as_str())).unwrap_or_default()
    };
    let persons = persons::by_ids(tx, &person_ids).await?;
    let persons: BTreeMap<PersonId, String> = persons.iter().map(|row| (row.id, masked(row))).collect();
    let name = |(person, entity): &(PersonId, Option<EntityId>)| match entity {
        Some(entity) => entities.get(entity).cloned(),
        None => persons.get(person).cloned(),
    };
    Ok(all.iter().map(|who| name(who).unwrap_or_default()).collect())
}
