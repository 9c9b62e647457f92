//! What a member of staff looks at again and again: saved views of the queue.

use domain::ids::{DeskViewId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Views of one member of staff at most; the table has as many slots.
pub const MOST: i64 = 20;

/// Columns of [`DeskView`].
macro_rules! columns {
    () => {
        "id, staff_id, slot, name, department, region, within, turn, state, light, hands, service_code, is_default,
        created_at"
    };
}

statements! {
    INSERT = concat!("INSERT INTO desk_views (", columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING");
    OF_STAFF = concat!("SELECT ", columns!(), " FROM desk_views WHERE staff_id = $1 ORDER BY slot LIMIT $2");
    BY_ID = concat!("SELECT ", columns!(), " FROM desk_views WHERE id = $1 AND staff_id = $2");
    DEFAULT = concat!("SELECT ", columns!(), " FROM desk_views WHERE staff_id = $1 AND is_default");
    RENAME = "UPDATE desk_views SET name = $3 WHERE id = $1 AND staff_id = $2";
    CLEAR_DEFAULT = "UPDATE desk_views SET is_default = FALSE WHERE staff_id = $1 AND is_default";
    SET_DEFAULT = "UPDATE desk_views SET is_default = TRUE WHERE id = $1 AND staff_id = $2";
    DELETE = "DELETE FROM desk_views WHERE id = $1 AND staff_id = $2";
}

/// One saved view. What it narrows to are the codes of the address of the queue; empty is any.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DeskView {
    pub id: DeskViewId,
    pub staff_id: StaffId,
    /// From 1 to [`MOST`].
    pub slot: i64,
    pub name: String,
    /// The desk: a department at a place.
    pub department: String,
    pub region: RegionCode,
    /// A place within it.
    pub within: Option<RegionCode>,
    pub turn: Option<String>,
    pub state: Option<String>,
    pub light: Option<String>,
    pub hands: Option<String>,
    pub service_code: Option<String>,
    /// What the queue shows at first.
    pub is_default: bool,
    pub created_at: Timestamp,
}

/// Keeps a view. `false` when its slot is taken.
pub async fn insert(tx: &mut Tx, view: &DeskView) -> Result<bool, Error> {
    let v = view;
    let kept = execute!(
        tx,
        INSERT,
        v.id,
        v.staff_id,
        v.slot,
        &v.name,
        &v.department,
        v.region,
        v.within,
        &v.turn,
        &v.state,
        &v.light,
        &v.hands,
        &v.service_code,
        v.is_default,
        v.created_at
    )?;
    Ok(kept == 1)
}

/// Views of a member of staff, in the order of their slots.
pub async fn of_staff(tx: &mut Tx, staff: StaffId) -> Result<Vec<DeskView>, Error> {
    fetch_all!(tx, DeskView, OF_STAFF, staff, MOST)
}

/// One of `staff`'s own views.
pub async fn by_id(tx: &mut Tx, id: DeskViewId, staff: StaffId) -> Result<Option<DeskView>, Error> {
    fetch_optional!(tx, DeskView, BY_ID, id, staff)
}

/// What `staff` wants to see at first.
pub async fn default_of(tx: &mut Tx, staff: StaffId) -> Result<Option<DeskView>, Error> {
    fetch_optional!(tx, DeskView, DEFAULT, staff)
}

/// `false` when it is none of `staff`'s.
pub async fn rename(tx: &mut Tx, id: DeskViewId, staff: StaffId, name: &str) -> Result<bool, Error> {
    Ok(execute!(tx, RENAME, id, staff, name)? == 1)
}

/// Makes a view the one that is shown at first, or none with `None`. `false` when it is none of `staff`'s.
pub async fn set_default(tx: &mut Tx, staff: StaffId, id: Option<DeskViewId>) -> Result<bool, Error> {
    execute!(tx, CLEAR_DEFAULT, staff)?;
    match id {
        Some(id) => Ok(execute!(tx, SET_DEFAULT, id, staff)? == 1),
        None => Ok(true),
    }
}

/// `false` when it is none of `staff`'s.
pub async fn delete(tx: &mut Tx, id: DeskViewId, staff: StaffId) -> Result<bool, Error> {
    Ok(execute!(tx, DELETE, id, staff)? == 1)
}
