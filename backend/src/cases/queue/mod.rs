//! The queue of a department, and what its clerks see around it.

mod applicants;
mod by_reference;
mod colleagues;
mod glance;
mod page;
mod waiting;

pub use applicants::applicants;
pub use by_reference::by_reference;
pub use colleagues::colleagues;
pub use glance::glance;
pub use page::{filed_before, queue};
pub use waiting::{COUNTED, Waiting, waiting};

use domain::identity::Role;

use crate::identity::{Actor, Denied, StaffActor};

/// Staff who handle cases; a system administrator reads none.
pub(crate) fn handler(actor: &Actor) -> Result<&StaffActor, Denied> {
    let staff = actor.staff()?;
    let handles = staff.roles.iter().any(|r| matches!(r, Role::Intake | Role::Decide));
    if handles { Ok(staff) } else { Err(Denied::Forbidden) }
}
