//! Appointments: who is on a post, from when to when, and who stands in for them (代岗).

use domain::ids::{AppointmentId, OfficeId, PostId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO appointments (id, post_id, staff_id, deputy_for, reason, starts_at, ends_at, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_ID = "SELECT id, post_id, staff_id, deputy_for, reason, starts_at, ends_at, made_by, ended_at, ended_by
        FROM appointments WHERE id = $1";
    HELD = "SELECT a.id AS appointment_id, a.post_id, a.deputy_for, a.ends_at, d.display_name AS absent, p.office_id, p.title_zh, p.title_en, p.roles,
        p.department, p.region, o.department AS office_department, o.region AS office_region, o.name_zh, o.name_en
        FROM appointments a JOIN posts p ON p.id = a.post_id JOIN offices o ON o.id = p.office_id
        LEFT JOIN staff d ON d.id = a.deputy_for
        WHERE a.staff_id = $1 AND a.ended_at IS NULL AND a.starts_at <= $2 AND (a.ends_at IS NULL OR a.ends_at > $2)
        AND p.closed_at IS NULL AND o.abolished_at IS NULL ORDER BY a.starts_at, a.id LIMIT 50";
    OF_POST = "SELECT a.id, a.post_id, a.staff_id, a.deputy_for, a.reason, a.starts_at, a.ends_at, a.made_by, a.ended_at,
        a.ended_by, s.display_name, s.login FROM appointments a JOIN staff s ON s.id = a.staff_id
        WHERE a.post_id = $1 ORDER BY a.starts_at DESC, a.id DESC LIMIT $2";
    DEPUTIES_OF = "SELECT a.id, a.post_id, a.staff_id, a.deputy_for, a.reason, a.starts_at, a.ends_at, a.made_by,
        a.ended_at, a.ended_by, s.display_name, s.login FROM appointments a JOIN staff s ON s.id = a.staff_id
        WHERE a.deputy_for = $1 ORDER BY a.starts_at DESC, a.id DESC LIMIT $2";
    DURING = "SELECT a.id, a.post_id, a.deputy_for, a.ends_at, p.roles, p.department, p.region FROM appointments a
        JOIN posts p ON p.id = a.post_id JOIN offices o ON o.id = p.office_id
        WHERE a.staff_id = $1 AND a.ended_at IS NULL AND a.starts_at < $3 AND (a.ends_at IS NULL OR a.ends_at > $2)
        AND p.closed_at IS NULL AND o.abolished_at IS NULL ORDER BY a.starts_at, a.id LIMIT 200";
    DEPUTY_DURING = "SELECT id FROM appointments WHERE post_id = $1 AND deputy_for = $2 AND ended_at IS NULL
        AND starts_at < $4 AND ends_at > $3 LIMIT 1";
    STOOD_IN = "SELECT id FROM appointments WHERE staff_id = $1 AND deputy_for = $2 AND starts_at <= $4
        AND (ended_at IS NULL OR ended_at > $3) AND ends_at > $3 LIMIT 1";
    END = "UPDATE appointments SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL
        AND (ends_at IS NULL OR ends_at > $2)";
    END_DEPUTIES = "UPDATE appointments SET ended_at = $3, ended_by = $4 WHERE post_id = $1 AND deputy_for = $2
        AND ended_at IS NULL AND ends_at > $3";
    END_AT_POST = "UPDATE appointments SET ended_at = $2, ended_by = $3 WHERE post_id = $1 AND ended_at IS NULL
        AND (ends_at IS NULL OR ends_at > $2)";
    END_OF_STAFF = "UPDATE appointments SET ended_at = $2 WHERE (staff_id = $1 OR deputy_for = $1) AND ended_at IS NULL";
}

/// One appointment's row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct AppointmentRow {
    pub id: AppointmentId,
    pub post_id: PostId,
    pub staff_id: StaffId,
    /// Whose post it is, when this is a deputy's.
    pub deputy_for: Option<StaffId>,
    pub reason: Option<String>,
    pub starts_at: Timestamp,
    /// Not any more from here on.
    pub ends_at: Option<Timestamp>,
    /// The member of staff who made it; the command line has none.
    pub made_by: Option<StaffId>,
    /// Ended before its time.
    pub ended_at: Option<Timestamp>,
    /// By whom; the command line is nobody.
    pub ended_by: Option<StaffId>,
}

impl AppointmentRow {
    /// When it was or will be over.
    pub fn over_at(&self) -> Option<Timestamp> {
        self.ended_at.or(self.ends_at)
    }
}

/// A post that somebody is on at some time, with what it allows.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Spell {
    pub id: AppointmentId,
    pub post_id: PostId,
    pub deputy_for: Option<StaffId>,
    pub ends_at: Option<Timestamp>,
    #[sqlx(json)]
    pub roles: Vec<String>,
    pub department: Option<String>,
    pub region: RegionCode,
}

/// An appointment with who it is of.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Appointed {
    #[sqlx(flatten)]
    pub row: AppointmentRow,
    pub display_name: String,
    pub login: String,
}

/// A post that somebody is on now, with its office.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct HeldPost {
    pub appointment_id: AppointmentId,
    pub post_id: PostId,
    pub deputy_for: Option<StaffId>,
    pub ends_at: Option<Timestamp>,
    /// Name of whose post it is, for a deputy.
    pub absent: Option<String>,
    pub office_id: OfficeId,
    pub title_zh: String,
    pub title_en: String,
    #[sqlx(json)]
    pub roles: Vec<String>,
    pub department: Option<String>,
    pub region: RegionCode,
    pub office_department: String,
    pub office_region: RegionCode,
    pub name_zh: String,
    pub name_en: String,
}

pub async fn insert(tx: &mut Tx, appointment: &AppointmentRow) -> Result<(), Error> {
    let a = appointment;
    execute!(
        tx,
        INSERT,
        a.id,
        a.post_id,
        a.staff_id,
        a.deputy_for,
        &a.reason,
        a.starts_at,
        a.ends_at,
        a.made_by
    )
    .map(drop)
}

pub async fn by_id(tx: &mut Tx, id: AppointmentId) -> Result<Option<AppointmentRow>, Error> {
    fetch_optional!(tx, AppointmentRow, BY_ID, id)
}

/// The posts somebody is on at `now`, own ones and those they stand in on.
pub async fn held(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<Vec<HeldPost>, Error> {
    fetch_all!(tx, HeldPost, HELD, staff, now)
}

/// Who is, was and will be on a post, newest first.
pub async fn of_post(tx: &mut Tx, post: PostId, limit: i64) -> Result<Vec<Appointed>, Error> {
    fetch_all!(tx, Appointed, OF_POST, post, limit)
}

/// Who stands in, stood in or will stand in for somebody, newest first.
pub async fn deputies_of(tx: &mut Tx, staff: StaffId, limit: i64) -> Result<Vec<Appointed>, Error> {
    fetch_all!(tx, Appointed, DEPUTIES_OF, staff, limit)
}

/// What somebody is on at some time between `from` and `until`, as far as it is settled.
pub async fn during(
    tx: &mut Tx,
    staff: StaffId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Spell>, Error> {
    fetch_all!(tx, Spell, DURING, staff, from, until)
}

/// Whether somebody stands in for `absent` on the post at some time between `from` and `until`.
pub async fn has_deputy_during(
    tx: &mut Tx,
    post: PostId,
    absent: StaffId,
    from: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (AppointmentId,), DEPUTY_DURING, post, absent, from, until)?.is_some())
}

/// Whether `staff` stood in for `absent` at some time between the two.
pub async fn stood_in(
    tx: &mut Tx,
    staff: StaffId,
    absent: StaffId,
    from: Timestamp,
    until: Timestamp,
) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (AppointmentId,), STOOD_IN, staff, absent, from, until)?.is_some())
}

/// `false` when it is over.
pub async fn end(tx: &mut Tx, id: AppointmentId, by: Option<StaffId>, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, END, id, now, by)? == 1)
}

/// Ends what deputies do on the post of somebody who leaves it. Gives the number.
pub async fn end_deputies(
    tx: &mut Tx,
    post: PostId,
    absent: StaffId,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<u64, Error> {
    execute!(tx, END_DEPUTIES, post, absent, now, by)
}

/// Ends all appointments to a post. Gives the number.
pub async fn end_at_post(
    tx: &mut Tx,
    post: PostId,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<u64, Error> {
    execute!(tx, END_AT_POST, post, now, by)
}

/// Ends what somebody is on, and what others do in their place. Gives the number.
pub async fn end_of_staff(tx: &mut Tx, staff: StaffId, now: Timestamp) -> Result<u64, Error> {
    execute!(tx, END_OF_STAFF, staff, now)
}
