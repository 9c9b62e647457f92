//! Texts that an office uses again and again for its reasons.

use domain::cases::ReasonKind;
use domain::ids::{OfficeId, TemplateId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Templates of one office for one kind of reason at most; the table has as many slots.
pub const MOST: i64 = 20;
/// All of them.
const MOST_OF_OFFICE: i64 = MOST * ReasonKind::ALL.len() as i64;

/// Columns of [`TemplateRow`].
macro_rules! columns {
    () => {
        "id, office_id, kind, slot, title, words, version, changed_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO reason_templates (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING");
    OF_OFFICE = concat!("SELECT ", columns!(), " FROM reason_templates WHERE office_id = $1
        ORDER BY kind, slot LIMIT $2");
    OF_KIND = concat!("SELECT ", columns!(), " FROM reason_templates WHERE office_id = $1 AND kind = $2
        ORDER BY slot LIMIT $3");
    BY_ID = concat!("SELECT ", columns!(), " FROM reason_templates WHERE id = $1");
    CHANGE = "UPDATE reason_templates SET title = $3, words = $4, changed_at = $5, version = version + 1
        WHERE id = $1 AND version = $2";
    DELETE = "DELETE FROM reason_templates WHERE id = $1";
}

/// One template.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TemplateRow {
    pub id: TemplateId,
    pub office_id: OfficeId,
    pub kind: ReasonKind,
    /// From 1 to [`MOST`].
    pub slot: i64,
    /// By which it is chosen.
    pub title: String,
    /// With places to fill.
    pub words: String,
    pub version: i64,
    pub changed_at: Timestamp,
}

/// Keeps a template. `false` when its slot is taken.
pub async fn insert(tx: &mut Tx, template: &TemplateRow) -> Result<bool, Error> {
    let t = template;
    let kept =
        execute!(tx, INSERT, t.id, t.office_id, t.kind, t.slot, &t.title, &t.words, t.version, t.changed_at)?;
    Ok(kept == 1)
}

/// All templates of an office, by kind.
pub async fn of_office(tx: &mut Tx, office: OfficeId) -> Result<Vec<TemplateRow>, Error> {
    fetch_all!(tx, TemplateRow, OF_OFFICE, office, MOST_OF_OFFICE)
}

/// Those for one kind of reason.
pub async fn of_kind(tx: &mut Tx, office: OfficeId, kind: ReasonKind) -> Result<Vec<TemplateRow>, Error> {
    fetch_all!(tx, TemplateRow, OF_KIND, office, kind, MOST)
}

pub async fn by_id(tx: &mut Tx, id: TemplateId) -> Result<Option<TemplateRow>, Error> {
    fetch_optional!(tx, TemplateRow, BY_ID, id)
}

/// `false` when someone changed or removed it since `version`.
pub async fn change(
    tx: &mut Tx,
    id: TemplateId,
    version: i64,
    title: &str,
    words: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, CHANGE, id, version, title, words, now)? == 1)
}

/// `false` when it is gone already.
pub async fn delete(tx: &mut Tx, id: TemplateId) -> Result<bool, Error> {
    Ok(execute!(tx, DELETE, id)? == 1)
}
