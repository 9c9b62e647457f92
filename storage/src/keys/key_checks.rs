//! By which a database knows the key ring that it was written with.

use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_all, statements};

/// Name of the migration that made the table.
pub const MIGRATION: &str = "0460_key_checks";

/// More keys than any ring has.
const MOST: i64 = 10_000;

statements! {
    INSERT = "INSERT INTO key_checks (key_id, sealed, index_digest) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    ALL = "SELECT key_id, sealed, index_digest FROM key_checks ORDER BY key_id LIMIT $1";
    REMOVE = "DELETE FROM key_checks WHERE key_id = $1";
}

/// A known value, sealed with one key, and the keyed digest of it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KeyCheck {
    pub key_id: i64,
    pub sealed: Vec<u8>,
    pub index_digest: Vec<u8>,
}

/// Keeps the check of a key, unless there is one.
pub async fn insert(tx: &mut Tx, check: &KeyCheck) -> Result<(), Error> {
    execute!(tx, INSERT, check.key_id, &check.sealed, &check.index_digest).map(drop)
}

pub async fn all(tx: &mut Tx) -> Result<Vec<KeyCheck>, Error> {
    fetch_all!(tx, KeyCheck, ALL, MOST)
}

/// Forgets the check of a key with which nothing is sealed any more.
pub async fn remove(tx: &mut Tx, key_id: i64) -> Result<(), Error> {
    execute!(tx, REMOVE, key_id).map(drop)
}
