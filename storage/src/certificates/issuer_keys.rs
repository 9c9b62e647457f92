//! Keys of issuing departments.

use domain::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO issuer_keys (id, department, kid, jwk, private_key, created_at)
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    IN_USE = "SELECT id, kid, private_key FROM issuer_keys WHERE department = $1 AND retired_at IS NULL";
    KID_IN_USE = "SELECT kid FROM issuer_keys WHERE department = $1 AND retired_at IS NULL";
    ISSUER_OF = "SELECT department FROM issuer_keys WHERE kid = $1";
    AFTER = "SELECT id, department, jwk FROM issuer_keys WHERE id > $1 ORDER BY id LIMIT $2";
    OF_DEPARTMENT = "SELECT id, department, jwk FROM issuer_keys WHERE department = $1 AND id < $2
                     ORDER BY id DESC LIMIT $3";
    COUNT = "SELECT count(*) FROM issuer_keys";
    RETIRE = "UPDATE issuer_keys SET retired_at = $2 WHERE department = $1 AND retired_at IS NULL";
}

/// A new key. `private_key` is sealed under `id`; `jwk` is public.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub id: Uuid,
    pub department: String,
    /// RFC 7638 thumbprint.
    pub kid: String,
    pub jwk: serde_json::Value,
    pub private_key: Vec<u8>,
    pub created_at: Timestamp,
}

/// What signing takes. `private_key` is sealed under `id`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SigningKey {
    pub id: Uuid,
    pub kid: String,
    pub private_key: Vec<u8>,
}

/// What everybody may know of a key.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PublicKey {
    pub id: Uuid,
    pub department: String,
    #[sqlx(json)]
    pub jwk: serde_json::Value,
}

/// Keeps a key unless the department has one in use already. Says whether it was kept.
pub async fn insert(tx: &mut Tx, k: &NewKey) -> Result<bool, Error> {
    Ok(execute!(tx, INSERT, k.id, &k.department, &k.kid, Json(&k.jwk), &k.private_key, k.created_at)? == 1)
}

/// The key a department signs with.
pub async fn in_use(tx: &mut Tx, department: &str) -> Result<Option<SigningKey>, Error> {
    fetch_optional!(tx, SigningKey, IN_USE, department)
}

/// The name of the key a department signs with.
pub async fn kid_in_use(tx: &mut Tx, department: &str) -> Result<Option<String>, Error> {
    Ok(fetch_optional!(tx, (String,), KID_IN_USE, department)?.map(|(kid,)| kid))
}

/// The department whose key has this name.
pub async fn issuer_of(tx: &mut Tx, kid: &str) -> Result<Option<String>, Error> {
    Ok(fetch_optional!(tx, (String,), ISSUER_OF, kid)?.map(|(department,)| department))
}

/// Public keys of all departments after the one with the id `after`, by id.
pub async fn after(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<PublicKey>, Error> {
    fetch_all!(tx, PublicKey, AFTER, after, limit)
}

/// Public keys of a department before the one with the id `before`, newest first.
pub async fn of_department(
    tx: &mut Tx,
    department: &str,
    before: Uuid,
    limit: i64,
) -> Result<Vec<PublicKey>, Error> {
    fetch_all!(tx, PublicKey, OF_DEPARTMENT, department, before, limit)
}

/// How many keys there are. Keys are only ever added and there are few, so this tells whether one was, with no counter
/// that departments would wait for.
pub async fn count(tx: &mut Tx) -> Result<i64, Error> {
    Ok(fetch_one!(tx, (i64,), COUNT)?.0)
}

/// Stops signing with the key in use; says whether there was one.
pub async fn retire(tx: &mut Tx, department: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, RETIRE, department, now)? == 1)
}
