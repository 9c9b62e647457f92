//! Writing a note.

use domain::cases::form::plain_text;
use domain::ids::{CaseId, NoteId};
use serde_json::json;
use storage::cases::{case, notes};

use super::{MAX_NOTE, MOST, place};
use crate::Backend;
use crate::cases::covered::covered;
use crate::cases::{CaseError, audited, note};
use crate::identity::Actor;

/// Adds a note to a filed case. It cannot be edited afterwards. `TooMany` when the case has [`MOST`].
pub async fn write(backend: &Backend, actor: &Actor, id: CaseId, words: &str) -> Result<NoteId, CaseError> {
    let staff = actor.staff()?.id;
    let words = plain_text(words.trim(), 2, MAX_NOTE, true).map_err(CaseError::Text)?;
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Locked, so that notes written at once are counted one after the other.
                let row = case::lock(tx, id).await?.ok_or(CaseError::NotFound)?;
                covered(&who, &row)?;
                if notes::count(tx, id, MOST).await? >= MOST {
                    return Err(CaseError::TooMany);
                }
                let (note_id, now) = (NoteId(job.id()), job.now());
                let written = notes::Note {
                    id: note_id,
                    case_id: id,
                    person_id: row.person_id,
                    staff_id: staff,
                    words: job.seal_json(place(&note_id), &words),
                    at: now,
                    struck_at: None,
                };
                notes::insert(tx, &written).await?;
                // Without a purpose: nothing of the person's was read, so it is not among what they see.
                note(tx, &who, "cases.note", &row, None, json!({ "note": note_id }), now)?;
                Ok(note_id)
            })
        })
        .await;
    audited(backend, actor, done).await
}
