//! Posts: what somebody in an office may do.

use domain::ids::{OfficeId, PostId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO posts (id, office_id, title_zh, title_en, roles, department, region, created_at, opened_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BY_ID = "SELECT id, office_id, title_zh, title_en, roles, department, region, created_at, closed_at,
        opened_by, closed_by FROM posts
        WHERE id = $1";
    OF_OFFICE = "SELECT id, office_id, title_zh, title_en, roles, department, region, created_at, closed_at,
        opened_by, closed_by FROM posts
        WHERE office_id = $1 AND closed_at IS NULL ORDER BY id LIMIT $2";
    OF_OFFICE_AFTER = "SELECT id, office_id, title_zh, title_en, roles, department, region, created_at, closed_at,
        opened_by, closed_by FROM posts WHERE office_id = $1 AND closed_at IS NULL AND id > $2 ORDER BY id LIMIT $3";
    CLOSE = "UPDATE posts SET closed_at = $2, closed_by = $3 WHERE id = $1 AND closed_at IS NULL";
}

/// One post's row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PostRow {
    pub id: PostId,
    pub office_id: OfficeId,
    pub title_zh: String,
    pub title_en: String,
    /// Codes of roles.
    #[sqlx(json)]
    pub roles: Vec<String>,
    /// The department whose cases it is for; `None` for all.
    pub department: Option<String>,
    /// The place, with all within it, whose cases it is for.
    pub region: RegionCode,
    pub created_at: Timestamp,
    pub closed_at: Option<Timestamp>,
    /// The command line is nobody.
    pub opened_by: Option<StaffId>,
    pub closed_by: Option<StaffId>,
}

pub async fn insert(tx: &mut Tx, post: &PostRow) -> Result<(), Error> {
    let p = post;
    execute!(
        tx,
        INSERT,
        p.id,
        p.office_id,
        &p.title_zh,
        &p.title_en,
        Json(&p.roles),
        &p.department,
        p.region,
        p.created_at,
        p.opened_by
    )
    .map(drop)
}

pub async fn by_id(tx: &mut Tx, id: PostId) -> Result<Option<PostRow>, Error> {
    fetch_optional!(tx, PostRow, BY_ID, id)
}

/// Posts of an office that are open.
pub async fn of_office(tx: &mut Tx, office: OfficeId, limit: i64) -> Result<Vec<PostRow>, Error> {
    fetch_all!(tx, PostRow, OF_OFFICE, office, limit)
}

/// The same after `after`, in the order in which they were opened.
pub async fn of_office_after(
    tx: &mut Tx,
    office: OfficeId,
    after: PostId,
    limit: i64,
) -> Result<Vec<PostRow>, Error> {
    fetch_all!(tx, PostRow, OF_OFFICE_AFTER, office, after, limit)
}

/// `false` when it was closed before.
pub async fn close(tx: &mut Tx, id: PostId, by: Option<StaffId>, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, CLOSE, id, now, by)? == 1)
}
