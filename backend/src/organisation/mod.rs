//! Places, and who works where: administrative divisions, offices of departments, posts in them, appointments, and the
//! working calendar.

mod abolish_office;
mod appoint;
mod close_post;
mod current;
mod describe_office;
mod giving;
mod hand_over;
mod import_offices;
mod import_regions;
mod load_calendar;
pub mod look;
mod open_office;
pub(crate) mod refused;
pub mod regions;
mod shipped;
mod staff_posts;

pub use abolish_office::{Abolition, COUNTED_CASES, abolish_office, abolition};
pub(crate) use appoint::insert as appoint_to;
pub use appoint::{Appointing, MAX_DEPUTY_REASON, appoint, end_appointment};
pub use close_post::close_post;
pub use current::{Current, Organisation};
pub use describe_office::describe_office;
pub(crate) use giving::{may_renew_account, scope_of};
pub use hand_over::{Deputies, colleagues, deputies, hand_over};
pub use import_offices::{OfficeImportError, OfficesImported, import_offices};
pub use import_regions::{ImportError, Imported, import_regions};
pub use load_calendar::{CalendarFileError, load_calendar};
pub use open_office::{
    NewOffice, NewPost, name_at, open_office, open_offices, open_offices_of_catalogue, open_post,
};
pub(crate) use open_office::{checked_post, keep_post, note};
pub use shipped::{load_shipped, shipped};
pub(crate) use staff_posts::posts_of;
pub use staff_posts::{HeldPost, Working};

pub use storage::organisation::accounts::Account;
pub use storage::organisation::history::{Before, Chronicle, Member};
pub use storage::organisation::offices::OfficeRow;
pub use storage::organisation::posts::PostRow;

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
    /// An appointment begins before it ends, and a deputy's ends, with the appointment it stands in for at the latest.
    #[error("the time of the appointment cannot be used")]
    Time,
    #[error("the time of the appointment is over")]
    Past,
    /// A deputy stands in for half a year at most.
    #[error("the time of the appointment is too long")]
    TooLong,
    /// A deputy needs a reason, of 200 characters at most.
    #[error("a reason is missing or too long")]
    Reason,
    /// Whoever made an account, or knows its password, gives it no post.
    #[error("a second administrator is needed")]
    SecondNeeded,
    /// A deputy works in the department.
    #[error("whoever stands in has to work in the department")]
    NotEligible,
    #[error("somebody stands in at that time")]
    HasDeputy,
    #[error("whoever is appointed is on the post at that time")]
    AlreadyOn,
    #[error("a login has 2 to 40 letters, digits, dots, hyphens and underscores")]
    Login,
    #[error("the login is taken")]
    Taken,
    #[error("the account is closed")]
    Closed,
    #[error("the account has no second factor")]
    NoSecondFactor,
    #[error("things were changed at the same time: try again")]
    Changed,
    #[error("too many passwords are being checked")]
    Busy,
    /// Nobody stands in for themself.
    #[error("nobody stands in for themself")]
    OwnPost,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}
