//! Writing on: a proposal becomes a draft on the newest version.

use domain::catalog::{ProposalKind, ProposalStep};
use domain::ids::ProposalId;
use serde_json::json;
use storage::catalog::proposals;

use super::{CatalogueError, audited, newest, note, own};
use crate::Backend;
use crate::identity::Actor;

/// Takes the author's proposal back to write on, on what is newest now. What was typed stays: the author brings in what
/// others changed meanwhile.
pub async fn revise(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
) -> Result<(), CatalogueError> {
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let revised = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                let proposal = own(backend, tx, actor, (id, version)).await?;
                proposal.state.after(ProposalStep::Revise)?;
                // There is nothing to write on in the end of a service: it is proposed anew.
                if proposal.kind != ProposalKind::Version {
                    return Err(CatalogueError::Changed);
                }
                let base = newest(tx, &proposal.code).await?;
                if !proposals::revise(tx, (id, version), base, now).await? {
                    return Err(CatalogueError::Changed);
                }
                let detail = json!({ "proposal": id, "base": base });
                Ok(note(tx, actor, "catalogue.revise", &proposal.code, detail, now)?)
            })
        })
        .await;
    audited(backend, actor, revised).await
}
