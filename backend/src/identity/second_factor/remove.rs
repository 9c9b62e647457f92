//! Doing without a second factor, where none is required.

use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::second_factors;

use super::{Proof, SecondFactorError, SecondFactorPolicy, member, use_up_signed_in};
use crate::Backend;
use crate::identity::actor::Denied;
use crate::identity::viewer::Viewer;

/// Removes the member's factor and recovery codes; `proof` is one of them.
pub async fn remove_second_factor(
    backend: &Backend,
    viewer: &Viewer,
    proof: &Proof,
) -> Result<(), SecondFactorError> {
    let member = member(viewer)?;
    viewer.actor().require_recent()?;
    if backend.staff.second_factor == SecondFactorPolicy::Required {
        return Err(Denied::Forbidden.into());
    }
    use_up_signed_in(backend, viewer, member, proof).await?;
    let (id, now) = (member.id, backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !second_factors::remove(tx, id).await? {
                    return Err(SecondFactorError::Stale);
                }
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Staff(id),
                        action: "identity.remove_second_factor",
                        subject_kind: "staff",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: json!({}),
                    },
                )?;
                Ok(())
            })
        })
        .await
}
