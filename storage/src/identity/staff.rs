//! Members of staff.

use domain::ids::StaffId;
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::engine::many::{fetch_by_keys, keys};
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// A member of staff.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Staff {
    pub id: StaffId,
    /// In lower case; unique.
    pub login: String,
    pub display_name: String,
    /// PHC string.
    pub password_hash: String,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether the password must be changed at the next sign-in.
    pub must_change: bool,
    pub created_at: Timestamp,
    pub version: i64,
}

statements! {
    INSERT = "INSERT INTO staff (id, login, display_name, password_hash, active, must_change,
        created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1) ON CONFLICT (login) DO NOTHING";
    BY_ID = "SELECT id, login, display_name, password_hash, active, must_change, created_at, version
        FROM staff WHERE id = $1";
    BY_IDS = concat!("SELECT id, login, display_name, password_hash, active, must_change, created_at, version
        FROM staff WHERE id IN (", keys!(), ")");
    LOCK_POSTGRES for Postgres = "SELECT id, login, display_name, password_hash, active,
        must_change, created_at, version FROM staff WHERE id = $1 FOR UPDATE";
    BY_LOGIN = "SELECT id, login, display_name, password_hash, active, must_change, created_at,
        version FROM staff WHERE login = $1";
    PAGE = "SELECT id, login, display_name, password_hash, active, must_change, created_at, version
        FROM staff WHERE login > $1 ORDER BY login LIMIT $2";
    SET_PASSWORD = "UPDATE staff SET password_hash = $3, must_change = $4, version = version + 1
        WHERE id = $1 AND version = $2";
    CLOSE = "UPDATE staff SET active = FALSE, version = version + 1 WHERE id = $1 AND version = $2";
}

/// Adds a member of staff at version 1. `false` when the login is taken.
pub async fn insert(tx: &mut Tx, staff: &Staff) -> Result<bool, Error> {
    let s = staff;
    let added = execute!(
        tx,
        INSERT,
        s.id,
        &s.login,
        &s.display_name,
        &s.password_hash,
        s.active,
        s.must_change,
        s.created_at
    )?;
    Ok(added == 1)
}

pub async fn by_id(tx: &mut Tx, id: StaffId) -> Result<Option<Staff>, Error> {
    fetch_optional!(tx, Staff, BY_ID, id)
}

/// Those of `ids` that are there, in no order.
pub async fn by_ids(tx: &mut Tx, ids: &[StaffId]) -> Result<Vec<Staff>, Error> {
    fetch_by_keys!(tx, Staff, BY_IDS, ids)
}

/// As [`by_id`]; nobody else changes the account until this transaction ends.
pub async fn lock(tx: &mut Tx, id: StaffId) -> Result<Option<Staff>, Error> {
    let statement = if tx.is_postgres() { LOCK_POSTGRES } else { BY_ID };
    fetch_optional!(tx, Staff, statement, id)
}

/// `login` in lower case.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Staff>, Error> {
    fetch_optional!(tx, Staff, BY_LOGIN, login)
}

/// Staff in the order of their logins, after `after`.
pub async fn page(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Staff>, Error> {
    fetch_all!(tx, Staff, PAGE, after, limit)
}

/// `false` when the row changed since `version`.
pub async fn set_password(
    tx: &mut Tx,
    id: StaffId,
    version: i64,
    hash: &str,
    must_change: bool,
) -> Result<bool, Error> {
    Ok(execute!(tx, SET_PASSWORD, id, version, hash, must_change)? == 1)
}

/// Lets the member sign in no more. `false` when the row changed since `version`.
pub async fn close(tx: &mut Tx, id: StaffId, version: i64) -> Result<bool, Error> {
    Ok(execute!(tx, CLOSE, id, version)? == 1)
}
