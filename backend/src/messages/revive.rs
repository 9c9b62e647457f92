//! Giving a message another try that was given up, from the command line.

use domain::ids::OutboxId;
use serde_json::Value;
use storage::audit::{self, Entry};
use storage::messages::outbox;

use crate::Backend;

/// The message gets one more try, at once; failing that it is given up again. `false` when it was not given up.
pub async fn revive(backend: &Backend, id: OutboxId) -> Result<bool, storage::Error> {
    let now = backend.now();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !outbox::revive(tx, id, now).await? {
                    return Ok(false);
                }
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::System,
                        action: "messages.revive",
                        subject_kind: "message",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: Value::Object(Default::default()),
                    },
                )?;
                Ok(true)
            })
        })
        .await
}
