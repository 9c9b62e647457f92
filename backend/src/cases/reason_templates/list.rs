//! The templates of an office.

use domain::ids::OfficeId;
use domain::organisation::Office;
use storage::cases::reason_templates;

use super::{TemplateRow, managed, may_manage};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// An office with its templates, by kind, for who keeps them.
pub async fn templates_of(
    backend: &Backend,
    actor: &Actor,
    office: OfficeId,
) -> Result<(Office, Vec<TemplateRow>), CaseError> {
    let office = managed(backend, actor, office)?;
    let rows = reason_templates::of_office(&mut backend.db.read().await?, office.id).await?;
    Ok((office, rows))
}

/// The office that handles cases of `department` at `place`, if the actor keeps its templates.
pub fn manages(
    backend: &Backend,
    actor: &Actor,
    department: &str,
    place: domain::organisation::region::RegionCode,
) -> Option<OfficeId> {
    let current = backend.organisation.current();
    current.offices.get(department, place).filter(|office| may_manage(actor, office)).map(|office| office.id)
}
