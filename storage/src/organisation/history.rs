//! Who was on which post when, and by whom: never changed, only ended.

use domain::ids::{AppointmentId, OfficeId, PostId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use super::appointments::AppointmentRow;
use crate::cases::case::at_work;
use crate::{Error, Tx, fetch_all, fetch_one, statements};

macro_rules! chronicle {
    () => {
        "SELECT a.id, a.post_id, a.staff_id, a.deputy_for, a.reason, a.starts_at, a.ends_at, a.made_by, a.ended_at,
        a.ended_by, s.display_name, s.login, p.title_zh, p.title_en, p.closed_at, o.id AS office_id, o.name_zh, o.name_en,
        d.display_name AS absent, m.display_name AS maker, e.display_name AS ender
        FROM appointments a JOIN posts p ON p.id = a.post_id JOIN offices o ON o.id = p.office_id
        JOIN staff s ON s.id = a.staff_id LEFT JOIN staff d ON d.id = a.deputy_for
        LEFT JOIN staff m ON m.id = a.made_by LEFT JOIN staff e ON e.id = a.ended_by "
    };
}

macro_rules! newest_first {
    () => {
        " AND (a.starts_at, a.id) < ($2, $3) ORDER BY a.starts_at DESC, a.id DESC LIMIT $4"
    };
}

statements! {
    OF_OFFICE = concat!(chronicle!(), "WHERE p.office_id = $1", newest_first!());
    OF_POST = concat!(chronicle!(), "WHERE a.post_id = $1", newest_first!());
    OF_STAFF = concat!(chronicle!(), "WHERE a.staff_id = $1", newest_first!());
    GIVEN_BY = concat!(chronicle!(), "WHERE a.deputy_for = $1", newest_first!());
    TAKEN_BY = concat!(chronicle!(), "WHERE a.staff_id = $1 AND a.deputy_for IS NOT NULL", newest_first!());
    NOW_AT = concat!(chronicle!(), "WHERE p.office_id = $1 AND p.closed_at IS NULL AND a.ended_at IS NULL
        AND (a.ends_at IS NULL OR a.ends_at > $2) ORDER BY a.starts_at, a.id LIMIT $3");
    COLLEAGUES = "SELECT DISTINCT s.id, s.login, s.display_name FROM offices o JOIN posts p ON p.office_id = o.id
        JOIN appointments a ON a.post_id = p.id JOIN staff s ON s.id = a.staff_id
        WHERE o.department = $1 AND o.region BETWEEN $2 AND $3 AND o.abolished_at IS NULL AND p.closed_at IS NULL
        AND a.deputy_for IS NULL AND a.ended_at IS NULL AND a.starts_at <= $4 AND (a.ends_at IS NULL OR a.ends_at > $4)
        AND s.active AND s.id <> $5 ORDER BY s.login LIMIT $6";
    OPEN_CASES = concat!("SELECT CAST(count(*) AS BIGINT) FROM (SELECT 1 AS one FROM cases WHERE department = $1
        AND place = $2 AND ", at_work!(), " LIMIT $3) AS open_cases");
}

/// One appointment in words: who, on which post of which office, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Chronicle {
    #[sqlx(flatten)]
    pub row: AppointmentRow,
    pub display_name: String,
    pub login: String,
    pub title_zh: String,
    pub title_en: String,
    /// When the post was closed.
    pub closed_at: Option<Timestamp>,
    pub office_id: OfficeId,
    pub name_zh: String,
    pub name_en: String,
    /// Whose post it is, for a deputy.
    pub absent: Option<String>,
    pub maker: Option<String>,
    pub ender: Option<String>,
}

/// Somebody who works in a department.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Member {
    pub id: StaffId,
    pub login: String,
    pub display_name: String,
}

/// Before an entry; [`START`] is before the newest.
pub type Before = (Timestamp, AppointmentId);

/// Before the newest entry.
pub const START: Before = (Timestamp::MAX, AppointmentId(uuid::Uuid::max()));

/// Appointments to all posts of an office, closed ones too, newest first.
pub async fn of_office(
    tx: &mut Tx,
    office: OfficeId,
    before: Before,
    limit: i64,
) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, OF_OFFICE, office, before.0, before.1, limit)
}

/// Appointments to a post, newest first.
pub async fn of_post(tx: &mut Tx, post: PostId, before: Before, limit: i64) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, OF_POST, post, before.0, before.1, limit)
}

/// Appointments of a member of staff, newest first.
pub async fn of_staff(
    tx: &mut Tx,
    staff: StaffId,
    before: Before,
    limit: i64,
) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, OF_STAFF, staff, before.0, before.1, limit)
}

/// Who stands in, stood in or will stand in for somebody, newest first.
pub async fn given_by(
    tx: &mut Tx,
    staff: StaffId,
    before: Before,
    limit: i64,
) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, GIVEN_BY, staff, before.0, before.1, limit)
}

/// In whose place somebody stands, stood or will stand in, newest first.
pub async fn taken_by(
    tx: &mut Tx,
    staff: StaffId,
    before: Before,
    limit: i64,
) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, TAKEN_BY, staff, before.0, before.1, limit)
}

/// Who is on the open posts of an office at `now`, or will be, oldest first.
pub async fn now_at(
    tx: &mut Tx,
    office: OfficeId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Chronicle>, Error> {
    fetch_all!(tx, Chronicle, NOW_AT, office, now, limit)
}

/// Who has a post of their own in an office of `department` at `place` or within it at `now`, without `except`, by login.
pub async fn colleagues(
    tx: &mut Tx,
    department: &str,
    place: RegionCode,
    now: Timestamp,
    except: StaffId,
    limit: i64,
) -> Result<Vec<Member>, Error> {
    let range = place.range();
    fetch_all!(tx, Member, COLLEAGUES, department, *range.start(), *range.end(), now, except, limit)
}

/// How many cases are open at an office, counted up to `limit`.
pub async fn open_cases(tx: &mut Tx, department: &str, place: RegionCode, limit: i64) -> Result<i64, Error> {
    let (count,) = fetch_one!(tx, (i64,), OPEN_CASES, department, place, limit)?;
    Ok(count)
}
