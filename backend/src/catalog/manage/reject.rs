//! Saying no to what somebody else proposed, and why.

use domain::catalog::{ProposalState, ProposalStep};
use domain::ids::ProposalId;
use serde_json::json;
use storage::catalog::proposals::{self, Closing};

use super::approve::decider;
use super::{CatalogueError, audited, load, note, words};
use crate::Backend;
use crate::identity::Actor;

/// Rejects a proposal as it was looked at in `version`, with a reason for its author.
pub async fn reject(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
    reason: &str,
) -> Result<(), CatalogueError> {
    actor.staff()?;
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let reason = words(reason).ok();
    let rejected = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                let proposal = load(backend, tx, actor, id).await?;
                if proposal.version != version {
                    return Err(CatalogueError::Changed);
                }
                let to = proposal.state.after(ProposalStep::Reject)?;
                let by = decider(backend, actor, &proposal, &[proposal.department.as_str()])?;
                let reason = Some(reason.ok_or(CatalogueError::Note)?);
                let closing = Closing { from: ProposalState::Proposed, to, by, at: now, reason };
                if !proposals::close(tx, (id, version), &closing).await? {
                    return Err(CatalogueError::Changed);
                }
                let detail = json!({ "proposal": id, "proposed_by": proposal.proposed_by });
                Ok(note(tx, actor, "catalogue.reject", &proposal.code, detail, now)?)
            })
        })
        .await;
    audited(backend, actor, rejected).await
}
