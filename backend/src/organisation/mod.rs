//! Places, and who works where: administrative divisions, offices of departments, posts in them, appointments, and the
//! working calendar.

mod abolish_office;
mod appoint;
mod current;
mod import_regions;
mod load_calendar;
mod open_office;
pub mod regions;
mod shipped;
mod staff_posts;

pub use abolish_office::abolish_office;
pub(crate) use appoint::insert as appoint_to;
pub use appoint::{Appointing, appoint, end_appointment};
pub use current::{Current, Organisation};
pub use import_regions::{ImportError, Imported, import_regions};
pub use load_calendar::{CalendarFileError, load_calendar};
pub use open_office::{
    NewOffice, NewPost, name_at, open_office, open_offices, open_offices_of_catalogue, open_post,
};
pub(crate) use open_office::{checked_post, keep_post};
pub use shipped::{load_shipped, shipped};
pub(crate) use staff_posts::posts_of;
pub use staff_posts::{HeldPost, Working};

use crate::identity::Denied;

/// Why something in the organisation cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such office, post, appointment or member of staff.
    #[error("not found")]
    NotFound,
    #[error("there is no department {0}")]
    Department(String),
    #[error("there is no region {0}")]
    Region(domain::organisation::region::RegionCode),
    #[error("the department has an office there")]
    OfficeExists,
    /// Names have 1 to 120 characters.
    #[error("a name is missing or too long")]
    Name,
    #[error("at least one role is needed")]
    NoRole,
    /// Whoever looks after the portal works on no case (系统管理与业务分离).
    #[error("system administration and work on cases do not go together")]
    SystemAndCases,
    /// A deputy's appointment begins before it ends, ends, and lasts half a year at most.
    #[error("the time of the appointment cannot be used")]
    Time,
    /// Nobody stands in for themself.
    #[error("nobody stands in for themself")]
    OwnPost,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}
