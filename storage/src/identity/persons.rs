//! Natural persons. One account for each phone number and for each proven resident ID number.

use domain::ids::PersonId;
use domain::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;

use crate::engine::many::{fetch_by_keys, keys};
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// A sealed value and the keyed digest it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub value: Vec<u8>,
    pub index: Vec<u8>,
}

/// A person's row.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Person {
    pub id: PersonId,
    /// Sealed; absent until identity is proven.
    pub name: Option<Vec<u8>>,
    /// Sealed; absent until identity is proven.
    pub resident_id: Option<Vec<u8>>,
    pub resident_id_index: Option<Vec<u8>>,
    /// Sealed.
    pub phone: Vec<u8>,
    pub phone_index: Vec<u8>,
    /// Sealed; a confirmed address, absent when the person gave none.
    pub mail: Option<Vec<u8>>,
    /// PHC string; absent while the person signs in by code only.
    pub password_hash: Option<String>,
    /// When name and resident ID number were confirmed by the population register.
    pub verified_at: Option<Timestamp>,
    #[sqlx(json)]
    pub preferences: Value,
    pub created_at: Timestamp,
    pub version: i64,
}

statements! {
    INSERT = "INSERT INTO persons (id, phone, phone_index, preferences, created_at, version)
        VALUES ($1, $2, $3, $4, $5, 1) ON CONFLICT (phone_index) DO NOTHING";
    BY_ID = "SELECT id, name, resident_id, resident_id_index, phone, phone_index, mail, password_hash,
        verified_at, preferences, created_at, version FROM persons WHERE id = $1";
    BY_IDS = concat!("SELECT id, name, resident_id, resident_id_index, phone, phone_index, mail, password_hash,
        verified_at, preferences, created_at, version FROM persons WHERE id IN (", keys!(), ")");
    BY_PHONE = "SELECT id, name, resident_id, resident_id_index, phone, phone_index, mail, password_hash,
        verified_at, preferences, created_at, version FROM persons WHERE phone_index = $1";
    BY_RESIDENT_ID = "SELECT id, name, resident_id, resident_id_index, phone, phone_index, mail, password_hash,
        verified_at, preferences, created_at, version FROM persons WHERE resident_id_index = $1";
    BY_NAME = "SELECT id FROM persons WHERE name_index = $1 ORDER BY id LIMIT $2";
    WITHOUT_NAME_INDEX = "SELECT id, name FROM persons WHERE name IS NOT NULL AND name_index IS NULL AND id > $1
        ORDER BY id LIMIT $2";
    SET_NAME_INDEX = "UPDATE persons SET name_index = $2 WHERE id = $1 AND name_index IS NULL";
    LOCK for Sqlite = "SELECT id FROM persons WHERE id = $1";
    LOCK_POSTGRES for Postgres = "SELECT id FROM persons WHERE id = $1 FOR UPDATE";
    SET_IDENTITY = "UPDATE persons
        SET name = $3, resident_id = $4, resident_id_index = $5, verified_at = $6, name_index = $7, version = version + 1
        WHERE id = $1 AND version = $2";
    SET_PASSWORD = "UPDATE persons SET password_hash = $3, version = version + 1 WHERE id = $1 AND version = $2";
    SET_PHONE = "UPDATE persons SET phone = $3, phone_index = $4, version = version + 1
        WHERE id = $1 AND version = $2";
    SET_MAIL = "UPDATE persons SET mail = $3, version = version + 1 WHERE id = $1 AND version = $2";
    HAS_MAIL = "SELECT id FROM persons WHERE id = $1 AND mail IS NOT NULL";
    SET_PREFERENCES = "UPDATE persons SET preferences = $2, version = version + 1 WHERE id = $1";
}

/// Adds a person known by phone only. `false` when the phone number has an account already.
pub async fn insert(
    tx: &mut Tx,
    id: PersonId,
    phone: &Sealed,
    preferences: &Value,
    now: Timestamp,
) -> Result<bool, Error> {
    let added = execute!(tx, INSERT, id, &phone.value, &phone.index, Json(preferences), now)?;
    Ok(added == 1)
}

pub async fn by_id(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, Error> {
    fetch_optional!(tx, Person, BY_ID, id)
}

/// Those of `ids` that are there, in no order.
pub async fn by_ids(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Person>, Error> {
    fetch_by_keys!(tx, Person, BY_IDS, ids)
}

pub async fn by_phone(tx: &mut Tx, phone_index: &[u8]) -> Result<Option<Person>, Error> {
    fetch_optional!(tx, Person, BY_PHONE, phone_index)
}

pub async fn by_resident_id(tx: &mut Tx, resident_id_index: &[u8]) -> Result<Option<Person>, Error> {
    fetch_optional!(tx, Person, BY_RESIDENT_ID, resident_id_index)
}

/// People of this name.
pub async fn by_name(tx: &mut Tx, name_index: &[u8], limit: i64) -> Result<Vec<PersonId>, Error> {
    let rows = fetch_all!(tx, (PersonId,), BY_NAME, name_index, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// People with a name, sealed, that they cannot be found by yet, with ids after `after`.
pub async fn without_name_index(
    tx: &mut Tx,
    after: PersonId,
    limit: i64,
) -> Result<Vec<(PersonId, Vec<u8>)>, Error> {
    fetch_all!(tx, (PersonId, Vec<u8>), WITHOUT_NAME_INDEX, after, limit)
}

/// `false` when there is one already.
pub async fn set_name_index(tx: &mut Tx, id: PersonId, index: &[u8]) -> Result<bool, Error> {
    Ok(execute!(tx, SET_NAME_INDEX, id, index)? == 1)
}

/// Lets nobody else in who locks the same person, until this transaction ends. `false` when there is no such person.
pub async fn lock(tx: &mut Tx, id: PersonId) -> Result<bool, Error> {
    let statement = if tx.is_postgres() { LOCK_POSTGRES } else { LOCK };
    Ok(fetch_optional!(tx, (PersonId,), statement, id)?.is_some())
}

/// Records a proven identity. `false` when the row changed since `version`; [`Error::Unique`] when another account
/// has proven the same resident ID number: ask [`by_resident_id`] first.
pub async fn set_identity(
    tx: &mut Tx,
    id: PersonId,
    version: i64,
    name: &Sealed,
    resident_id: &Sealed,
    verified_at: Timestamp,
) -> Result<bool, Error> {
    let (value, index) = (&resident_id.value, &resident_id.index);
    let changed =
        execute!(tx, SET_IDENTITY, id, version, &name.value, value, index, verified_at, &name.index)?;
    Ok(changed == 1)
}

/// `false` when the row changed since `version`.
pub async fn set_password(
    tx: &mut Tx,
    id: PersonId,
    version: i64,
    hash: Option<&str>,
) -> Result<bool, Error> {
    Ok(execute!(tx, SET_PASSWORD, id, version, hash)? == 1)
}

/// `false` when the row changed since `version`; [`Error::Unique`] when another account has the number: ask
/// [`by_phone`] first.
pub async fn set_phone(tx: &mut Tx, id: PersonId, version: i64, phone: &Sealed) -> Result<bool, Error> {
    Ok(execute!(tx, SET_PHONE, id, version, &phone.value, &phone.index)? == 1)
}

/// Sets or removes the mail address. `false` when the row changed since `version`.
pub async fn set_mail(tx: &mut Tx, id: PersonId, version: i64, mail: Option<&[u8]>) -> Result<bool, Error> {
    Ok(execute!(tx, SET_MAIL, id, version, mail)? == 1)
}

/// Whether there is such a person, with a mail address.
pub async fn has_mail(tx: &mut Tx, id: PersonId) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (PersonId,), HAS_MAIL, id)?.is_some())
}

/// The last choice wins. `false` when there is no such person.
pub async fn set_preferences(tx: &mut Tx, id: PersonId, preferences: &Value) -> Result<bool, Error> {
    Ok(execute!(tx, SET_PREFERENCES, id, Json(preferences))? == 1)
}
