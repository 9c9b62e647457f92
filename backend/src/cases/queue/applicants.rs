//! Who applies, as a list may show it.

use super::handler;
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::applicant::masked_names;
use crate::cases::list::Listed;
use crate::identity::Actor;

/// Who applies in each of `cases`, in their order: an entity by its name, a person masked.
pub async fn applicants(
    backend: &Backend,
    actor: &Actor,
    cases: &[Listed],
) -> Result<Vec<String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let who: Vec<_> = cases.iter().map(|case| (case.row.person_id, case.row.entity_id)).collect();
    masked_names(backend, &mut tx, &who).await
}
