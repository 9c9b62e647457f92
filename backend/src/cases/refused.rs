//! Attempts on cases outside of what somebody's posts cover: refused, and noted.

use domain::ids::{CaseId, PersonId};
use serde_json::json;
use storage::audit::{self, Entry};

use super::CaseError;
use crate::Backend;
use crate::identity::{Actor, Denied};

/// Whose case somebody reached for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub case: CaseId,
    pub person: PersonId,
}

/// Notes the attempt that failed with [`CaseError::Outside`], which becomes a plain refusal. In a transaction of its own: the
/// one of the attempt is undone.
pub(crate) async fn audited<T>(
    backend: &Backend,
    actor: &Actor,
    result: Result<T, CaseError>,
) -> Result<T, CaseError> {
    let Err(CaseError::Outside(reached)) = result else { return result };
    let entry = Entry {
        at: backend.now(),
        actor: actor.for_audit(),
        action: "cases.refused",
        subject_kind: "case",
        subject_id: reached.case.to_string(),
        person: Some(reached.person),
        purpose: None,
        detail: json!({}),
    };
    let noted: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { audit::append(tx, entry) })).await;
    noted?;
    Err(Denied::Forbidden.into())
}
