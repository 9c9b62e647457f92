//! The numbers by which registers know people and legal entities. They leave this module only towards a register.

use domain::ids::{EntityId, PersonId};
use storage::Error;
use storage::identity::{entities, persons};

use crate::Backend;
use crate::sealing::{Place, Unopenable};

/// Why a number cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    #[error(transparent)]
    Storage(#[from] Error),
    #[error(transparent)]
    Unopenable(#[from] Unopenable),
}

/// The resident ID number (GB 11643) of a verified person; [`Error::NotFound`] for others.
pub(crate) async fn resident_id(backend: &Backend, person: PersonId) -> Result<String, NumberError> {
    let mut tx = backend.db.read().await?;
    let row = persons::by_id(&mut tx, person).await?.ok_or(Error::NotFound)?;
    let sealed = row.resident_id.ok_or(Error::NotFound)?;
    let number = backend.open(Place::new("persons", "resident_id", &person.0), &sealed)?;
    String::from_utf8(number).map_err(|_| Unopenable.into())
}

/// The unified social credit code (GB 32100) of a legal entity.
pub(crate) async fn credit_code(backend: &Backend, entity: EntityId) -> Result<String, NumberError> {
    let mut tx = backend.db.read().await?;
    Ok(entities::by_id(&mut tx, entity).await?.ok_or(Error::NotFound)?.code)
}
