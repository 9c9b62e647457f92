//! Revoking a certificate.

use domain::certificates::Standing;
use domain::identity::Role;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::cases::case;
use storage::certificates::certificate;

use crate::Backend;
use crate::cases::{CaseError, own_words};
use crate::identity::{Actor, may_act_for};
use crate::sealing::Place;

/// Revokes a certificate of the department, by its number, with a reason. Final; revoking twice is no error.
pub async fn revoke(backend: &Backend, actor: &Actor, number: &str, reason: &str) -> Result<(), CaseError> {
    let staff = actor.staff_with(Role::Decide)?.clone();
    actor.require_recent()?;
    let reason = own_words(reason)?;
    let (backend_of_job, actor, number) = (backend.clone(), actor.clone(), number.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let row = certificate::by_number(tx, &number).await?.ok_or(CaseError::NotFound)?;
                let issued_for = case::by_id(tx, row.case_id).await?.ok_or(CaseError::NotFound)?;
                if !staff.may(Role::Decide, &row.department, issued_for.place) {
                    return Err(CaseError::NotFound);
                }
                let now = backend.now();
                let sealed =
                    backend.seal_json(Place::new("certificates", "standing_reason", &row.id.0), &reason);
                if certificate::set_standing(tx, &row, Standing::Revoked, &sealed, now).await? {
                    audit::append(
                        tx,
                        Entry {
                            at: now,
                            actor: actor.for_audit(),
                            action: "certificates.revoke",
                            subject_kind: "certificate",
                            subject_id: row.id.to_string(),
                            person: Some(row.person_id),
                            purpose: None,
                            detail: json!({}),
                        },
                    )?;
                    // Who no longer represents the entity hears nothing of it.
                    if !may_act_for(tx, row.person_id, row.entity_id).await? {
                        return Ok(());
                    }
                    let service = backend.catalog.version(tx, row.version_id).await?;
                    let title = service.definition.certificate.as_ref().map(|t| t.title.clone());
                    let params = json!({ "title": title, "reason": reason });
                    crate::messages::notify(
                        backend,
                        tx,
                        row.person_id,
                        "certificate-revoked",
                        &params,
                        Some(row.case_id),
                    )
                    .await?;
                }
                Ok(())
            })
        })
        .await
}
