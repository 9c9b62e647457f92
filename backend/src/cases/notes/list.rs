//! The notes of a case.

use domain::ids::{CaseId, NoteId, StaffId};
use domain::time::Timestamp;
use storage::cases::{case, notes};

use super::{MOST, place};
use crate::Backend;
use crate::cases::covered::covered;
use crate::cases::queue::handler;
use crate::cases::{CaseError, audited};
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

/// The notes of a case for staff whose posts cover it, oldest first; who has a seat in it and is of another office sees none.
/// Reading the case is noted where it is opened.
pub async fn notes_of(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Vec<NoteLine>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let row = case::by_id(&mut tx, id).await?.ok_or(CaseError::NotFound)?;
    if let Err(refused) = covered(actor, &row) {
        drop(tx);
        return audited(backend, actor, Err(refused)).await;
    }
    let rows = notes::of_case(&mut tx, id, MOST).await?;
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
