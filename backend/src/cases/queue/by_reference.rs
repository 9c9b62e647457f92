//! Finding a case by the number that people have.

use domain::cases::Reference;
use domain::ids::CaseId;
use storage::cases::case;

use super::handler;
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// The case of the department with this reference number.
pub async fn by_reference(
    backend: &Backend,
    actor: &Actor,
    reference: &Reference,
) -> Result<Option<CaseId>, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    let row = case::by_reference(&mut tx, reference.as_str()).await?;
    Ok(row.filter(|r| r.department == staff.department).map(|r| r.id))
}
