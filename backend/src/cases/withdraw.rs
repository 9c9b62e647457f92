//! Taking a filed case back, while nobody has decided it.

use domain::cases::{Action, CaseState};
use domain::ids::CaseId;

use super::decide::{Step, apply};
use super::load::own_to_change;
use super::{CaseError, bundle};
use crate::Backend;
use crate::identity::Actor;

/// What became of a wish to withdraw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    Now,
    /// By an earlier click, or in another window.
    Before,
}

/// Withdraws the owner's case; of the form of a bundle every member that is open. Withdrawing twice is no error.
pub async fn withdraw(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Withdrawn, CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = own_to_change(&backend_of_job, tx, &actor, id).await?;
                if opened.row.state == CaseState::Withdrawn {
                    return Ok(Withdrawn::Before);
                }
                if opened.row.state == CaseState::Bundled {
                    return bundle::withdraw(&backend_of_job, tx, &actor, &opened).await;
                }
                let step = Step { action: Action::Withdraw, findings: None, reason: None };
                apply(&backend_of_job, tx, &actor, &opened, step).await?;
                Ok(Withdrawn::Now)
            })
        })
        .await
}
