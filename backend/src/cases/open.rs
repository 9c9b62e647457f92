//! Opening a case: the owner's draft, or a filed case at a clerk's desk.

use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case::draft_of;

use super::load::{Opened, open_row, own};
use super::queue::glance;
use super::track::Happened;
use super::{CaseError, note};
use crate::Backend;
use crate::identity::{Actor, Purpose};

/// The owner's case as it stands.
pub async fn open_own(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Opened, CaseError> {
    let mut tx = backend.db.read().await?;
    own(backend, &mut tx, actor, id).await
}

/// The draft there is for a service, in the capacity the person acts in.
pub async fn draft(backend: &Backend, actor: &Actor, code: &str) -> Result<Option<Opened>, CaseError> {
    let person = actor.verified_person()?;
    let mut tx = backend.db.read().await?;
    match draft_of(&mut tx, person.id, code, person.entity).await? {
        Some(row) => open_row(backend, &mut tx, row).await.map(Some),
        None => Ok(None),
    }
}

/// A filed case of the clerk's department with its timeline. That it was read is noted for the person to see.
pub async fn open_at_desk(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
) -> Result<(Opened, Vec<Happened>), CaseError> {
    let (opened, timeline) = glance(backend, actor, id).await?;
    let (actor, row, now) = (actor.clone(), opened.row.clone(), backend.now());
    let purpose = Some(Purpose::Service(row.service_code.clone()));
    backend
        .db
        .write(move |tx| {
            Box::pin(async move { note(tx, &actor, "cases.open", &row, purpose, json!({}), now) })
        })
        .await?;
    Ok((opened, timeline))
}
