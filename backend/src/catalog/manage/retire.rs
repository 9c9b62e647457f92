//! Proposing the last day of a service, or that it goes on after all.

use domain::catalog::retirement::MAX_GRACE_DAYS;
use domain::catalog::{ProposalKind, ProposalState, Retirement};
use domain::ids::ProposalId;
use domain::time::plus_months;
use serde_json::json;
use storage::catalog::proposals::{self, Proposal};
use storage::catalog::versions;

use super::begin::not_too_many;
use super::{CatalogueError, audited, manager, note, words};
use crate::Backend;
use crate::identity::Actor;

/// The end of a service is announced for so many years ahead at most.
pub const LONGEST_YEARS: i64 = 10;

/// Proposes that a service ends as `ends` says, or, with none, that its announced or past end is taken back.
pub async fn propose_end(
    backend: &Backend,
    actor: &Actor,
    code: &str,
    ends: Option<Retirement>,
    why: &str,
) -> Result<ProposalId, CatalogueError> {
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let (code, why) = (code.to_owned(), why.to_owned());
    let id = ProposalId(backend.id());
    let proposed = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                actor.staff()?;
                let newest = versions::newest(tx, &code).await?.ok_or(CatalogueError::NotFound)?;
                let service = backend.catalog.version(tx, newest.version_id).await?;
                let department = service.definition.department.clone();
                let staff = manager(backend, actor, &[department.as_str()], &code)?.id;
                match &ends {
                    Some(ends) => sound(backend, &code, ends)?,
                    None if newest.retirement().is_none() => return Err(CatalogueError::Same),
                    None => {}
                }
                if ends.is_some() && ends == newest.retirement() {
                    return Err(CatalogueError::Same);
                }
                not_too_many(tx, staff).await?;
                let proposal = Proposal {
                    id,
                    code,
                    kind: ProposalKind::Retirement,
                    department,
                    base: Some(newest.version_id),
                    content: String::new(),
                    effective_from: None,
                    ends,
                    note: words(&why)?,
                    state: ProposalState::Proposed,
                    proposed_by: staff,
                    created_at: now,
                    changed_at: now,
                    proposed_at: Some(now),
                    decided_by: None,
                    decided_at: None,
                    reason: None,
                    version: 1,
                };
                proposals::insert(tx, &proposal).await?;
                let detail = json!({ "proposal": id, "ends": proposal.ends });
                note(tx, actor, "catalogue.propose", &proposal.code, detail, now)?;
                Ok(id)
            })
        })
        .await;
    audited(backend, actor, proposed).await
}

fn sound(backend: &Backend, code: &str, ends: &Retirement) -> Result<(), CatalogueError> {
    let today = backend.now().date_in_china();
    let latest = plus_months(today, 12 * LONGEST_YEARS).unwrap_or(today);
    if !(today..=latest).contains(&ends.last_day) {
        return Err(CatalogueError::Day);
    }
    if ends.grace_days > MAX_GRACE_DAYS {
        return Err(CatalogueError::Grace);
    }
    let services = backend.catalog.services();
    match &ends.successor {
        Some(next) if next == code || services.get(next).is_none() => Err(CatalogueError::Successor),
        _ => Ok(()),
    }
}
