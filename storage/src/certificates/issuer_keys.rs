//! Keys of issuing departments.

use domain::time::Timestamp;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO issuer_keys (id, department, kid, jwk, private_key, created_at)
              VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    IN_USE = "SELECT * FROM issuer_keys WHERE department = $1 AND retired_at IS NULL";
    OF_DEPARTMENT = "SELECT * FROM issuer_keys WHERE department = $1 ORDER BY created_at DESC, id DESC LIMIT 50";
    ALL = "SELECT * FROM issuer_keys ORDER BY department, created_at DESC, id DESC LIMIT 1000";
    RETIRE = "UPDATE issuer_keys SET retired_at = $2 WHERE department = $1 AND retired_at IS NULL";
}

/// One key. `private_key` is sealed under `id`; `jwk` is public.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct IssuerKey {
    pub id: Uuid,
    pub department: String,
    /// RFC 7638 thumbprint.
    pub kid: String,
    #[sqlx(json)]
    pub jwk: serde_json::Value,
    pub private_key: Vec<u8>,
    pub created_at: Timestamp,
    pub retired_at: Option<Timestamp>,
}

/// Keeps a key unless the department has one in use already. Says whether it was kept.
pub async fn insert(tx: &mut Tx, k: &IssuerKey) -> Result<bool, Error> {
    Ok(execute!(tx, INSERT, k.id, &k.department, &k.kid, Json(&k.jwk), &k.private_key, k.created_at)? == 1)
}

/// The key a department signs with.
pub async fn in_use(tx: &mut Tx, department: &str) -> Result<Option<IssuerKey>, Error> {
    fetch_optional!(tx, IssuerKey, IN_USE, department)
}

/// All keys of a department, newest first: certificates signed with old ones stay valid.
pub async fn of_department(tx: &mut Tx, department: &str) -> Result<Vec<IssuerKey>, Error> {
    fetch_all!(tx, IssuerKey, OF_DEPARTMENT, department)
}

/// All keys of all departments.
pub async fn all(tx: &mut Tx) -> Result<Vec<IssuerKey>, Error> {
    fetch_all!(tx, IssuerKey, ALL)
}

/// Stops signing with the key in use; says whether there was one.
pub async fn retire(tx: &mut Tx, department: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, RETIRE, department, now)? == 1)
}
