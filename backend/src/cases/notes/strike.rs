//! Striking a note.

use domain::ids::{CaseId, NoteId};
use serde_json::json;
use storage::cases::{case, notes};

use crate::Backend;
use crate::cases::covered::covered;
use crate::cases::{CaseError, audited, note};
use crate::identity::Actor;

/// Strikes one's own note: it stays readable, as struck. One that is struck already, or another's, is none to strike.
pub async fn strike(backend: &Backend, actor: &Actor, id: CaseId, of: NoteId) -> Result<(), CaseError> {
    let staff = actor.staff()?.id;
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = case::by_id(tx, id).await?.ok_or(CaseError::NotFound)?;
                covered(&who, &row)?;
                let now = job.now();
                if !notes::strike(tx, of, id, staff, now).await? {
                    return Err(CaseError::NotFound);
                }
                note(tx, &who, "cases.strike_note", &row, None, json!({ "note": of }), now)?;
                Ok(())
            })
        })
        .await;
    audited(backend, actor, done).await
}
