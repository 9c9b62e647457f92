//! The notes of a case.

use domain::ids::{CaseId, NoteId, StaffId};
use domain::time::Timestamp;
use storage::cases::notes;

use super::{MOST, place};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::desk_of;
use crate::identity::Actor;

/// One note, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteLine {
    pub id: NoteId,
    pub author: StaffId,
    pub words: String,
    pub at: Timestamp,
    pub struck_at: Option<Timestamp>,
}

/// The notes of a case for staff whose posts cover it, oldest first. Reading the case is noted where it is opened.
pub async fn notes_of(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Vec<NoteLine>, CaseError> {
    desk_of(backend, actor, id).await?;
    let rows = notes::of_case(&mut backend.db.read().await?, id, MOST).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let words = backend.open_json(place(&row.id), &row.words)?;
        lines.push(NoteLine {
            id: row.id,
            author: row.staff_id,
            words,
            at: row.at,
            struck_at: row.struck_at,
        });
    }
    Ok(lines)
}
