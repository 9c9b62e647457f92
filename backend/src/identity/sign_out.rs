//! Signing out.

use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::sessions;

use super::viewer::Viewer;
use crate::Backend;

/// Ends the session of the viewer with its drafts.
pub async fn sign_out(backend: &Backend, viewer: &Viewer) -> Result<(), storage::Error> {
    let (now, id, actor) = (backend.now(), viewer.session.id, viewer.actor());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                sessions::end(tx, id).await?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: actor.for_audit(),
                        action: "identity.sign_out",
                        subject_kind: "session",
                        subject_id: id.to_string(),
                        person: actor.person().ok().map(|p| p.id),
                        purpose: None,
                        detail: json!({}),
                    },
                )
            })
        })
        .await
}
