//! Giving up a proposal of one's own.

use domain::catalog::ProposalStep;
use domain::ids::ProposalId;
use serde_json::json;
use storage::catalog::proposals::{self, Closing};

use super::{CatalogueError, audited, note, own};
use crate::Backend;
use crate::identity::Actor;

/// Withdraws the author's proposal, drafted or proposed, before somebody decides.
pub async fn withdraw(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
) -> Result<(), CatalogueError> {
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let withdrawn = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                let proposal = own(backend, tx, actor, (id, version)).await?;
                let to = proposal.state.after(ProposalStep::Withdraw)?;
                let by = proposal.proposed_by;
                let closing = Closing { from: proposal.state, to, by, at: now, reason: None };
                if !proposals::close(tx, (id, version), &closing).await? {
                    return Err(CatalogueError::Changed);
                }
                let detail = json!({ "proposal": id });
                Ok(note(tx, actor, "catalogue.withdraw", &proposal.code, detail, now)?)
            })
        })
        .await;
    audited(backend, actor, withdrawn).await
}
