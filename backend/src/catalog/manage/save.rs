//! Keeping what was typed, right or wrong.

use domain::catalog::ProposalState;
use domain::ids::ProposalId;
use storage::catalog::proposals;

use super::{CatalogueError, MAX_NOTE, audited, own};
use crate::Backend;
use crate::identity::Actor;

/// The longest definition that can be typed, in bytes.
pub const LONGEST: usize = 256 << 10;
/// The longest day that is kept, right or wrong, in characters.
const DAY: usize = 40;

/// What was typed of a proposal.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The definition.
    pub content: String,
    /// From which day on it is in effect; empty for at once.
    pub effective_from: String,
    pub note: String,
}

/// Replaces what the author typed before. Gives the version of the proposal that it is now.
pub async fn save(
    backend: &Backend,
    actor: &Actor,
    id: ProposalId,
    version: i64,
    typed: Typed,
) -> Result<i64, CatalogueError> {
    if typed.content.len() > LONGEST {
        return Err(CatalogueError::TooLarge);
    }
    // As browsers send text, and as files have it.
    let content = typed.content.replace("\r\n", "\n");
    let cut = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let (from, note) = (cut(&typed.effective_from, DAY), cut(&typed.note, 2 * MAX_NOTE as usize));
    let (backend_of_job, actor_of_job, now) = (backend.clone(), actor.clone(), backend.now());
    let saved = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let proposal = own(&backend_of_job, tx, &actor_of_job, (id, version)).await?;
                if proposal.state != ProposalState::Draft {
                    return Err(CatalogueError::Changed);
                }
                let from = Some(from.as_str()).filter(|from| !from.is_empty());
                match proposals::save(tx, (id, version), &content, from, &note, now).await? {
                    true => Ok(version + 1),
                    false => Err(CatalogueError::Changed),
                }
            })
        })
        .await;
    audited(backend, actor, saved).await
}
