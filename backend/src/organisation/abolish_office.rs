//! Abolishing an office: its work goes to its successor.

use domain::ids::{CaseId, OfficeId};
use serde_json::json;
use storage::cases::seats;
use storage::organisation::offices;

use super::OrganisationError;
use super::open_office::note;
use crate::Backend;
use crate::cases::rehome;
use crate::identity::{Actor, may_organise};
use domain::organisation::Scope;

/// Closes an office. Its open cases go to `successor`, or to the office of the same department next above; posts in it
/// allow nothing any more.
pub async fn abolish_office(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    successor: Option<OfficeId>,
) -> Result<u64, OrganisationError> {
    backend.organisation.refresh(&backend.db).await?;
    let current = backend.organisation.current();
    let office = current.offices.by_id(id).ok_or(OrganisationError::NotFound)?.clone();
    may_organise(actor, &Scope { department: Some(office.department.clone()), region: office.region })?;
    let heir = match successor {
        Some(successor) => current.offices.by_id(successor).filter(|heir| heir.id != id),
        None => current.offices.above(&office),
    };
    let heir = heir.ok_or(OrganisationError::NotFound)?.clone();
    let (job_actor, now, heir_id) = (actor.clone(), backend.now(), heir.id);
    let (department, place, heir_place) = (office.department.clone(), office.region, heir.region);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !offices::abolish(tx, id, Some(heir_id), now).await? {
                    return Err(OrganisationError::NotFound);
                }
                seats::rehome(tx, &department, place, heir_place).await?;
                let detail = json!({ "successor": heir_id });
                Ok(note(tx, &job_actor, "organisation.abolish_office", "office", id.0, detail, now)?)
            })
        })
        .await?;
    backend.organisation.refresh(&backend.db).await?;
    // Page by page: what a crash leaves behind is found again by the jobs, which look for cases of offices that are gone.
    let mut moved = 0;
    let mut after = CaseId(uuid::Uuid::nil());
    loop {
        let (count, last) = rehome::page(backend, &office, &heir, after).await?;
        moved += count;
        match last {
            Some(last) => after = last,
            None => return Ok(moved),
        }
    }
}
