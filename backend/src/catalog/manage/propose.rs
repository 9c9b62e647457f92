//! Handing a draft to somebody else for a decision.

use domain::catalog::{ProposalKind, ProposalStep};
use domain::ids::ProposalId;
use domain::text::Locale;
use serde_json::json;
use storage::catalog::proposals;

use super::{CatalogueError, audited, day_of, is_same, manager, newest, note, own, read, words};
use crate::Backend;
use crate::identity::Actor;

/// Proposes the author's draft: sound, on the newest version, with a reason, and for departments that the author looks
/// after.
pub async fn propose(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
) -> Result<(), CatalogueError> {
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let proposed = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, actor) = (&backend_of_job, &actor_of_job);
                let proposal = own(backend, tx, actor, (id, version)).await?;
                proposal.state.after(ProposalStep::Propose)?;
                if proposal.kind != ProposalKind::Version {
                    return Err(CatalogueError::Changed);
                }
                let definition = read(backend, &proposal, Locale::Zh)
                    .map_err(|mistakes| CatalogueError::Unsound(mistakes.len()))?;
                let both = [proposal.department.as_str(), definition.department.as_str()];
                manager(backend, actor, &both, &proposal.code)?;
                words(&proposal.note)?;
                if day_of(&proposal)?.is_some_and(|day| day < now.date_in_china()) {
                    return Err(CatalogueError::Day);
                }
                if newest(tx, &proposal.code).await? != proposal.base {
                    return Err(CatalogueError::Stale);
                }
                if is_same(tx, &definition, proposal.base).await? {
                    return Err(CatalogueError::Same);
                }
                // A service that there was belongs to its department until the proposal is approved.
                let department = match proposal.base {
                    Some(_) => &proposal.department,
                    None => &definition.department,
                };
                if !proposals::propose(tx, (id, version), department, now).await? {
                    return Err(CatalogueError::Changed);
                }
                let detail = json!({ "proposal": id });
                Ok(note(tx, actor, "catalogue.propose", &proposal.code, detail, now)?)
            })
        })
        .await;
    audited(backend, actor, proposed).await
}
