//! The queue of an office, and what its clerks see around it.

mod applicants;
mod colleagues;
mod desk_of;
mod desks;
mod glance;
mod page;
mod search;
mod waiting;

pub use applicants::applicants;
pub use colleagues::{Colleague, colleagues, who_could_work_on};
pub use desk_of::desk_of;
pub(crate) use desks::departments;
pub use desks::{DeskChoice, desks};
pub use glance::{glance, still_there};
pub use page::{filed_before, queue, queue_of};
pub use search::{Found, search};
pub use waiting::{COUNTED, Waiting, waiting};

pub use storage::cases::case::{Desk, Hands, Narrow};

use crate::identity::{Actor, Denied, StaffActor};

/// Staff who handle cases; a system administrator reads none.
pub(crate) fn handler(actor: &Actor) -> Result<&StaffActor, Denied> {
    let staff = actor.staff()?;
    let handles = staff.grants.iter().any(|grant| grant.role.handles_cases());
    if handles { Ok(staff) } else { Err(Denied::Forbidden) }
}

/// As [`handler`], for all cases of a desk.
pub(crate) fn handler_of<'a>(actor: &'a Actor, desk: &Desk) -> Result<&'a StaffActor, Denied> {
    let staff = handler(actor)?;
    if staff.handles(&desk.department, desk.place) { Ok(staff) } else { Err(Denied::Forbidden) }
}
