//! What a person's own account says about them.

use domain::identity::resident_id::ResidentId;
use domain::identity::{MailAddress, PersonName, Phone};
use domain::ids::{EntityId, PersonId};
use domain::time::Timestamp;
use storage::identity::{entities, persons};

use super::actor::PersonActor;
use super::sign_in::{open_name, open_text, place};
use crate::Backend;
use crate::sealing::Unopenable;

/// A person's row, opened.
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: PersonId,
    /// With the number, once identity is proven.
    pub name: Option<PersonName>,
    pub resident_id: Option<ResidentId>,
    pub phone: Option<Phone>,
    /// Where notices go too.
    pub mail: Option<MailAddress>,
    pub has_password: bool,
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// My own profile.
pub async fn profile(backend: &Backend, me: &PersonActor) -> Result<Profile, storage::Error> {
    let row = persons::by_id(&mut backend.db.read().await?, me.id).await?.ok_or(storage::Error::NotFound)?;
    Ok(open_profile(backend, &row))
}

/// Opens the sealed columns of a row. The caller has the right to see them.
pub fn open_profile(backend: &Backend, row: &persons::Person) -> Profile {
    let id = &row.id.0;
    let phone = open_text(backend, place("phone", id), &row.phone);
    let mail = row.mail.as_deref().and_then(|sealed| open_text(backend, place("mail", id), sealed));
    Profile {
        id: row.id,
        name: row.name.as_deref().and_then(|sealed| open_name(backend, id, sealed)),
        resident_id: row.resident_id.as_deref().and_then(|sealed| open_resident_id(backend, row.id, sealed)),
        phone: phone.and_then(|text| Phone::parse(&text).ok()),
        mail: mail.and_then(|text| MailAddress::parse(&text).ok()),
        has_password: row.password_hash.is_some(),
        verified_at: row.verified_at,
        created_at: row.created_at,
    }
}

/// Why a number cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    /// Not found: identity is not proven, or there is no such entity.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error(transparent)]
    Unopenable(#[from] Unopenable),
}

/// The resident ID number of `person`, to ask registers with.
pub(crate) async fn resident_id(backend: &Backend, person: PersonId) -> Result<String, NumberError> {
    let row = persons::by_id(&mut backend.db.read().await?, person).await?.ok_or(storage::Error::NotFound)?;
    let sealed = row.resident_id.ok_or(storage::Error::NotFound)?;
    let id = open_resident_id(backend, person, &sealed).ok_or(Unopenable)?;
    Ok(id.as_str().to_owned())
}

/// The unified social credit code of `entity`, to ask registers with.
pub(crate) async fn credit_code(backend: &Backend, entity: EntityId) -> Result<String, NumberError> {
    let row =
        entities::by_id(&mut backend.db.read().await?, entity).await?.ok_or(storage::Error::NotFound)?;
    Ok(row.code)
}

/// Opens the sealed number of `person`.
pub fn open_resident_id(backend: &Backend, person: PersonId, sealed: &[u8]) -> Option<ResidentId> {
    ResidentId::parse(&open_text(backend, place("resident_id", &person.0), sealed)?).ok()
}
