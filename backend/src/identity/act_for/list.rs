//! The entities of a person.

use domain::ids::{EntityId, PersonId};
use storage::Tx;
use storage::identity::entities::{self as stored, Representation};

use crate::Backend;
use crate::identity::PersonActor;

/// The entities I may act for, 200 at most.
pub async fn entities(backend: &Backend, me: &PersonActor) -> Result<Vec<Representation>, storage::Error> {
    stored::representations(&mut backend.db.read().await?, me.id).await
}

/// Whether what was obtained for `entity` is still the person's to see; for oneself always.
pub(crate) async fn may_act_for(
    tx: &mut Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<bool, storage::Error> {
    match entity {
        Some(entity) => Ok(stored::representation(tx, person, entity).await?.is_some()),
        None => Ok(true),
    }
}
