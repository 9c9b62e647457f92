//! Abolishing an office: its work goes to its successor.

use domain::ids::OfficeId;
use domain::organisation::{Office, Scope};
use serde_json::json;
use storage::organisation::{history, offices};

use super::open_office::note;
use super::{OrganisationError, refused};
use crate::Backend;
use crate::cases::rehome;
use crate::identity::{Actor, may_organise};

/// Open cases are counted up to here before an office is abolished.
pub const COUNTED_CASES: i64 = 1_000;

/// What abolishing an office would do.
#[derive(Clone, Debug)]
pub struct Abolition {
    pub office: Office,
    /// Who can have its work: the office next above first, then those of the department at the same level beside it that the
    /// actor keeps.
    pub heirs: Vec<Office>,
    /// Open cases, counted up to [`COUNTED_CASES`].
    pub cases: i64,
}

/// What abolishing an office would do. For who keeps it.
pub async fn abolition(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
) -> Result<Abolition, OrganisationError> {
    let done = look(backend, actor, id).await;
    refused::audited(backend, actor, "office", id.0, done).await
}

async fn look(backend: &Backend, actor: &Actor, id: OfficeId) -> Result<Abolition, OrganisationError> {
    let current = backend.organisation.current();
    let office = current.offices.by_id(id).ok_or(OrganisationError::NotFound)?.clone();
    may_organise(actor, &scope(&office))?;
    let above = current.offices.above(&office);
    let beside = above.map(|above| current.offices.below(above)).unwrap_or_default();
    let beside = beside.into_iter().filter(|o| o.id != id && may_organise(actor, &scope(o)).is_ok());
    let heirs = above.into_iter().chain(beside).cloned().collect();
    let mut tx = backend.db.read().await?;
    let cases = history::open_cases(&mut tx, &office.department, office.region, COUNTED_CASES).await?;
    Ok(Abolition { office, heirs, cases })
}

fn scope(office: &Office) -> Scope {
    Scope { department: Some(office.department.clone()), region: office.region }
}

/// Closes an office. Its open cases go, page by page from then on, to `successor`, or to the office of the same department
/// next above; posts in it allow nothing any more. Another successor than that is one that the actor keeps, too.
pub async fn abolish_office(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    successor: Option<OfficeId>,
) -> Result<(), OrganisationError> {
    let done = abolish(backend, actor, id, successor).await;
    refused::audited(backend, actor, "office", id.0, done).await
}

async fn abolish(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    successor: Option<OfficeId>,
) -> Result<(), OrganisationError> {
    backend.organisation.refresh(&backend.db).await?;
    let current = backend.organisation.current();
    let office = current.offices.by_id(id).ok_or(OrganisationError::NotFound)?.clone();
    may_organise(actor, &scope(&office))?;
    let above = current.offices.above(&office);
    let heir = match successor {
        Some(successor) => current.offices.by_id(successor).filter(|heir| heir.id != id),
        None => above,
    };
    let heir = heir.ok_or(OrganisationError::NotFound)?.clone();
    if above.is_none_or(|above| above.id != heir.id) {
        may_organise(actor, &scope(&heir))?;
    }
    actor.require_recent()?;
    let (job, job_actor, now, heir_id) = (backend.clone(), actor.clone(), backend.now(), heir.id);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !offices::abolish(tx, id, Some(heir_id), now).await? {
                    return Err(OrganisationError::NotFound);
                }
                rehome::enqueue(&job, tx, id, now).await?;
                let detail = json!({ "successor": heir_id });
                Ok(note(tx, &job_actor, "organisation.abolish_office", "office", id.0, detail, now)?)
            })
        })
        .await?;
    // It is done; what this process does not learn now it learns within seconds, like the others.
    if let Err(error) = backend.organisation.refresh(&backend.db).await {
        tracing::warn!(%error, "cannot look for changes of the organisation");
    }
    Ok(())
}
