//! Attempts on what somebody does not keep: refused, and noted.

use serde_json::json;
use storage::audit::{self, Entry};
use uuid::Uuid;

use super::OrganisationError;
use crate::Backend;
use crate::identity::{Actor, Denied};

/// Notes the attempt of a member of staff that was refused. In a transaction of its own: the one of the attempt is undone.
pub(crate) async fn audited<T>(
    backend: &Backend,
    actor: &Actor,
    subject_kind: &'static str,
    subject: Uuid,
    result: Result<T, OrganisationError>,
) -> Result<T, OrganisationError> {
    let subject = subject.to_string();
    audited_at(backend, actor, subject_kind, subject, result).await
}

/// As [`audited`], for what is known by a code.
pub(crate) async fn audited_at<T>(
    backend: &Backend,
    actor: &Actor,
    subject_kind: &'static str,
    subject_id: String,
    result: Result<T, OrganisationError>,
) -> Result<T, OrganisationError> {
    let refused = matches!(result, Err(OrganisationError::Denied(Denied::Forbidden)));
    if !refused || actor.staff().is_err() {
        return result;
    }
    let entry = Entry {
        at: backend.now(),
        actor: actor.for_audit(),
        action: "organisation.refused",
        subject_kind,
        subject_id,
        person: None,
        purpose: None,
        detail: json!({}),
    };
    let noted: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { audit::append(tx, entry) })).await;
    noted?;
    result
}
