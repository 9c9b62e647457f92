//! Who applies, as a list may show it.

use domain::ids::{EntityId, PersonId};
use domain::registers::Mask;
use storage::identity::{entities, persons};

use super::handler;
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::list::Listed;
use crate::identity::{Actor, open_profile};

/// Who applies in each of `cases`, in their order: an entity by its name, a person masked.
pub async fn applicants(
    backend: &Backend,
    actor: &Actor,
    cases: &[Listed],
) -> Result<Vec<String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let mut names = Vec::with_capacity(cases.len());
    for case in cases {
        names.push(masked_name(backend, &mut tx, case.row.person_id, case.row.entity_id).await?);
    }
    Ok(names)
}

/// Who applies, or holds a certificate: an entity by its name, a person masked.
pub(crate) async fn masked_name(
    backend: &Backend,
    tx: &mut storage::Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<String, CaseError> {
    if let Some(entity) = entity {
        return Ok(entities::by_id(tx, entity).await?.map(|e| e.name).unwrap_or_default());
    }
    let row = persons::by_id(tx, person).await?;
    let name = row.and_then(|row| open_profile(backend, &row).name);
    Ok(name.map(|name| Mask::Name.apply(name.as_str())).unwrap_or_default())
}
