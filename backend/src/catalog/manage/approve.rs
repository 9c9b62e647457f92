//! Publishing what somebody else proposed.

use domain::catalog::proposal::{covers, may_decide};
use domain::catalog::{ProposalKind, ProposalState, ProposalStep};
use domain::ids::{ProposalId, StaffId, VersionId};
use domain::text::Locale;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::catalog::proposals::{self, Closing, Proposal};
use storage::catalog::versions::{self, Origin, Version};
use storage::organisation::appointments;

use super::{CatalogueError, audited, day_of, load, not_may_decide, note, read};
use crate::Backend;
use crate::catalog::hex;
use crate::catalog::publish::{digest, refresh};
use crate::identity::{Actor, Denied};
use crate::organisation::posts_of;

/// Approves a proposal as it was looked at in `version`, and publishes it: a new version in effect at once or from its day
/// on, or the last day of a service. Cases and drafts keep the version they began with. All in one transaction; of two
/// who decide at once, one finds it changed.
pub async fn approve(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
) -> Result<(), CatalogueError> {
    actor.staff()?;
    let (backend_of_job, actor_of_job) = (backend.clone(), actor.clone());
    let new = VersionId(backend.id());
    let approved = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                let proposal = load(backend, tx, actor, id).await?;
                carry_out(backend, tx, actor, &proposal, version, new).await
            })
        })
        .await;
    audited(backend, actor, approved).await?;
    refresh(backend).await?;
    Ok(crate::catalog::bundles::follow(backend).await?)
}

async fn carry_out(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    proposal: &Proposal,
    version: i64,
    new: VersionId,
) -> Result<(), CatalogueError> {
    let now = backend.now();
    if proposal.version != version {
        return Err(CatalogueError::Changed);
    }
    let to = proposal.state.after(ProposalStep::Approve)?;
    let definition = match proposal.kind {
        // The rules for definitions may have changed since it was proposed.
        ProposalKind::Version => Some(
            read(backend, proposal, Locale::Zh)
                .map_err(|mistakes| CatalogueError::Unsound(mistakes.len()))?,
        ),
        ProposalKind::Retirement => None,
    };
    let mut departments = vec![proposal.department.as_str()];
    departments.extend(definition.as_ref().map(|definition| definition.department.as_str()));
    let by = decider(backend, actor, proposal, &departments)?;
    if lent(backend, tx, by, proposal, &departments, now).await? {
        return Err(CatalogueError::Own);
    }
    let closing = Closing { from: ProposalState::Proposed, to, by, at: now, reason: None };
    if !proposals::close(tx, (proposal.id, version), &closing).await? {
        return Err(CatalogueError::Changed);
    }
    match definition {
        Some(definition) => {
            let version = Version { id: new, digest: digest(&definition), definition, published_at: now };
            publish(tx, actor, proposal, &version, now).await
        }
        None => end(tx, actor, proposal, now).await,
    }
}

async fn publish(
    tx: &mut Tx,
    actor: &Actor,
    proposal: &Proposal,
    version: &Version,
    now: Timestamp,
) -> Result<(), CatalogueError> {
    let today = now.date_in_china();
    // A day that passed while it waited is today.
    let effective_from = day_of(proposal)?.map_or(today, |day| day.max(today));
    let origin = Origin { base: proposal.base, proposal: proposal.id, effective_from };
    if !versions::publish_proposed(tx, version, &origin).await? {
        return Err(CatalogueError::Stale);
    }
    let detail = json!({
        "proposal": proposal.id, "proposed_by": proposal.proposed_by, "digest": hex(&version.digest),
        "effective_from": effective_from.to_string(),
    });
    Ok(note(tx, actor, "catalogue.publish", &proposal.code, detail, now)?)
}

async fn end(tx: &mut Tx, actor: &Actor, proposal: &Proposal, now: Timestamp) -> Result<(), CatalogueError> {
    let base = proposal.base.ok_or(CatalogueError::Stale)?;
    // Nobody is surprised by an end that lies behind them.
    if proposal.ends.as_ref().is_some_and(|ends| ends.last_day < now.date_in_china()) {
        return Err(CatalogueError::Day);
    }
    if !versions::retire(tx, &proposal.code, base, proposal.ends.as_ref()).await? {
        return Err(CatalogueError::Stale);
    }
    let detail = json!({
        "proposal": proposal.id, "proposed_by": proposal.proposed_by, "ends": proposal.ends,
    });
    Ok(note(tx, actor, "catalogue.retire", &proposal.code, detail, now)?)
}

/// Whether the author could propose only on the post of who decides, and stood in for them: two people, but one post, whose
/// holder chose the other.
async fn lent(
    backend: &Backend,
    tx: &mut Tx,
    by: StaffId,
    proposal: &Proposal,
    departments: &[&str],
    now: Timestamp,
) -> Result<bool, CatalogueError> {
    let author = proposal.proposed_by;
    if !appointments::stood_in(tx, author, by, proposal.created_at, now).await? {
        return Ok(false);
    }
    let place = backend.catalog.reference.place().ok_or(Denied::Forbidden)?;
    let grants = posts_of(tx, author, now).await?.grants();
    Ok(!covers(&grants, Some(by), departments, place))
}

/// Who decides about a proposal: somebody else, who looks after its departments and was there a moment ago.
pub(super) fn decider(
    backend: &Backend,
    actor: &Actor,
    proposal: &Proposal,
    departments: &[&str],
) -> Result<StaffId, CatalogueError> {
    let staff = actor.staff()?;
    let place = backend.catalog.reference.place().ok_or(Denied::Forbidden)?;
    may_decide(proposal.proposed_by, staff.id, &staff.grants, departments, place)
        .map_err(|refused| not_may_decide(refused, &proposal.code))?;
    actor.require_recent()?;
    Ok(staff.id)
}
