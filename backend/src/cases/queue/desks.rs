//! Where a member of staff works on cases.

use domain::ids::StaffId;
use domain::organisation::Grant;

use super::{Desk, handler};
use crate::Backend;
use crate::identity::{Actor, Denied};

/// A desk to sit down at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskChoice {
    pub desk: Desk,
    /// Whether offices lie within the place, whose cases are seen too.
    pub has_below: bool,
    /// 代岗: in whose place.
    pub deputy_for: Option<StaffId>,
}

/// The desks of a member of staff: one for each department and place that a post is for, own posts first.
pub fn desks(backend: &Backend, actor: &Actor) -> Result<Vec<DeskChoice>, Denied> {
    let staff = handler(actor)?;
    let current = backend.organisation.current();
    let mut all: Vec<DeskChoice> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| grant.role.handles_cases()) {
        for department in departments(backend, grant) {
            let place = grant.scope.region;
            if all.iter().any(|known| known.desk.department == department && known.desk.place == place) {
                continue;
            }
            let has_below = current.offices.under(&department, place).any(|office| office.region != place);
            all.push(DeskChoice {
                desk: Desk { department, place, office_only: !has_below },
                has_below,
                deputy_for: grant.deputy_for,
            });
        }
    }
    Ok(all)
}

/// The departments that a grant is for.
pub(crate) fn departments(backend: &Backend, grant: &Grant) -> Vec<String> {
    match &grant.scope.department {
        Some(department) => vec![department.clone()],
        None => backend.catalog.reference.departments.iter().map(|d| d.id.clone()).collect(),
    }
}
