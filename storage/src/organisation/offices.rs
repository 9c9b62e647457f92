//! Offices: a department at a place.

use domain::ids::OfficeId;
use domain::organisation::region::RegionCode;
use domain::text::Text;
use domain::time::Timestamp;
use sqlx::types::Json;

use super::generation;
use crate::cases::case::at_work;
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO offices (id, department, region, name_zh, name_en, opened_at, phone, address_zh,
        address_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    OPEN = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id,
        phone, address_zh, address_en FROM offices
        WHERE abolished_at IS NULL AND id > $1 ORDER BY id LIMIT $2";
    BY_ID = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id,
        phone, address_zh, address_en FROM offices
        WHERE id = $1";
    RENAME = "UPDATE offices SET name_zh = $2, name_en = $3 WHERE id = $1 AND abolished_at IS NULL";
    AT = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id, phone, address_zh,
        address_en FROM offices WHERE region = $1 AND department > $2 AND abolished_at IS NULL
        ORDER BY department LIMIT $3";
    AT_OF for Sqlite = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id, phone,
        address_zh, address_en FROM offices WHERE region = $1 AND department > $2 AND abolished_at IS NULL
        AND department IN (SELECT value FROM json_each($3)) ORDER BY department LIMIT $4";
    AT_OF_POSTGRES for Postgres = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id,
        phone, address_zh, address_en FROM offices WHERE region = $1 AND department > $2 AND abolished_at IS NULL
        AND department IN (SELECT jsonb_array_elements_text($3)) ORDER BY department LIMIT $4";
    OPEN_AT = "SELECT id, department, region, name_zh, name_en, opened_at, abolished_at, successor_id, phone, address_zh,
        address_en FROM offices WHERE region = $1 AND department = $2 AND abolished_at IS NULL";
    DESCRIBE = "UPDATE offices SET name_zh = $2, name_en = $3, phone = $4, address_zh = $5, address_en = $6
        WHERE id = $1 AND abolished_at IS NULL";
    LEFT_BEHIND = concat!("SELECT id FROM offices o WHERE abolished_at > $1
        AND NOT EXISTS (SELECT 1 FROM offices n WHERE n.region = o.region AND n.department = o.department
            AND n.abolished_at IS NULL)
        AND (EXISTS (SELECT 1 FROM cases WHERE cases.department = o.department AND place = o.region AND ", at_work!(), " LIMIT 1)
        OR EXISTS (SELECT 1 FROM case_seats s WHERE s.department = o.department AND s.place = o.region
            AND s.closed_at IS NULL LIMIT 1)) ORDER BY abolished_at, id LIMIT $2");
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
    /// How it can be reached, where that is known.
    pub phone: Option<String>,
    pub address_zh: Option<String>,
    pub address_en: Option<String>,
}

impl OfficeRow {
    pub fn name(&self) -> Text {
        Text::new(self.name_zh.as_str(), self.name_en.as_str())
    }
}

/// Opens an office. `false` when the department has one there.
pub async fn insert(tx: &mut Tx, office: &OfficeRow) -> Result<bool, Error> {
    let o = office;
    let added = execute!(
        tx,
        INSERT,
        o.id,
        &o.department,
        o.region,
        &o.name_zh,
        &o.name_en,
        o.opened_at,
        &o.phone,
        &o.address_zh,
        &o.address_en
    )?;
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

/// Open offices at a place, by the codes of their departments, after the department `after`.
pub async fn at(tx: &mut Tx, place: RegionCode, after: &str, limit: i64) -> Result<Vec<OfficeRow>, Error> {
    fetch_all!(tx, OfficeRow, AT, place, after, limit)
}

/// As [`at`], of these departments only.
pub async fn at_of(
    tx: &mut Tx,
    place: RegionCode,
    departments: &[&str],
    after: &str,
    limit: i64,
) -> Result<Vec<OfficeRow>, Error> {
    let statement = if tx.is_postgres() { AT_OF_POSTGRES } else { AT_OF };
    fetch_all!(tx, OfficeRow, statement, place, after, Json(departments), limit)
}

/// The open office of a department at a place.
pub async fn open_at(tx: &mut Tx, department: &str, place: RegionCode) -> Result<Option<OfficeRow>, Error> {
    fetch_optional!(tx, OfficeRow, OPEN_AT, place, department)
}

/// Changes the name of an open office and how it can be reached. `false` when there is no such office.
pub async fn describe(tx: &mut Tx, office: &OfficeRow) -> Result<bool, Error> {
    let o = office;
    let described =
        execute!(tx, DESCRIBE, o.id, &o.name_zh, &o.name_en, &o.phone, &o.address_zh, &o.address_en)?;
    if described == 1 {
        generation::count(tx).await?;
    }
    Ok(described == 1)
}

/// `false` when there is no such open office.
pub async fn rename(tx: &mut Tx, id: OfficeId, zh: &str, en: &str) -> Result<bool, Error> {
    let renamed = execute!(tx, RENAME, id, zh, en)?;
    if renamed == 1 {
        generation::count(tx).await?;
    }
    Ok(renamed == 1)
}

/// Offices abolished after `since` that have open cases, or seats that wait for an opinion, where there is none now.
pub async fn left_behind(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<Vec<OfficeId>, Error> {
    Ok(fetch_all!(tx, (OfficeId,), LEFT_BEHIND, since, limit)?.into_iter().map(|(id,)| id).collect())
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
