//! Offices: a department at a place.

use domain::ids::OfficeId;
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use super::generation;
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO offices (id, department, region, name_zh, name_en, opened_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    OPEN = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id FROM offices
        WHERE abolished_at IS NULL AND id > $1 ORDER BY id LIMIT $2";
    BY_ID = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id FROM offices
        WHERE id = $1";
    RENAME = "UPDATE offices SET name_zh = $2, name_en = $3 WHERE id = $1 AND abolished_at IS NULL";
    ABOLISH = "UPDATE offices SET abolished_at = $2, successor_id = $3 WHERE id = $1 AND abolished_at IS NULL";
}

/// One office's row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfficeRow {
    pub id: OfficeId,
    /// Code of the department.
    pub department: String,
    pub region: RegionCode,
    pub name_zh: String,
    pub name_en: String,
    pub opened_at: Timestamp,
    pub abolished_at: Option<Timestamp>,
    /// Who has its work now.
    pub successor_id: Option<OfficeId>,
}

/// Opens an office. `false` when the department has one there.
pub async fn insert(tx: &mut Tx, office: &OfficeRow) -> Result<bool, Error> {
    let o = office;
    let added = execute!(tx, INSERT, o.id, &o.department, o.region, &o.name_zh, &o.name_en, o.opened_at)?;
    if added == 1 {
        generation::count(tx).await?;
    }
    Ok(added == 1)
}

/// Open offices with ids after `after`.
pub async fn open(tx: &mut Tx, after: OfficeId, limit: i64) -> Result<Vec<OfficeRow>, Error> {
    fetch_all!(tx, OfficeRow, OPEN, after, limit)
}

pub async fn by_id(tx: &mut Tx, id: OfficeId) -> Result<Option<OfficeRow>, Error> {
    fetch_optional!(tx, OfficeRow, BY_ID, id)
}

/// `false` when there is no such open office.
pub async fn rename(tx: &mut Tx, id: OfficeId, zh: &str, en: &str) -> Result<bool, Error> {
    let renamed = execute!(tx, RENAME, id, zh, en)?;
    if renamed == 1 {
        generation::count(tx).await?;
    }
    Ok(renamed == 1)
}

/// `false` when it was abolished before.
pub async fn abolish(
    tx: &mut Tx,
    id: OfficeId,
    successor: Option<OfficeId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let abolished = execute!(tx, ABOLISH, id, now, successor)?;
    if abolished == 1 {
        generation::count(tx).await?;
    }
    Ok(abolished == 1)
}
