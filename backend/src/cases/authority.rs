//! 办理机构: in whose name a case is handled.

use domain::text::Text;
use storage::cases::case::CaseLine;

use crate::Backend;

/// Name of the office that has a filed case. Of what is not filed, and where no office is (any more), of the authority that
/// the department is.
pub fn authority(backend: &Backend, row: &CaseLine) -> Option<Text> {
    let current = backend.organisation.current();
    let office = row.is_filed().then(|| current.offices.get(&row.department, row.place)).flatten();
    let department = || backend.catalog.reference.department(&row.department);
    office.map(|office| office.name.clone()).or_else(|| department().map(|d| d.authority.clone()))
}
