//! What happened to cases and has not been counted.

use domain::cases::EventKind;
use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::engine::query::fetch_all_of;
use crate::{Error, Tx, fetch_all, statements};

/// Events that one statement marks.
pub const MARKED: usize = 64;

statements! {
    UNCOUNTED = "SELECT id, case_id, person_id, at, kind, detail FROM case_events WHERE NOT counted
        ORDER BY at, id LIMIT $1";
    MARK = "UPDATE case_events SET counted = TRUE WHERE NOT counted AND id IN (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42,
        $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62,
        $63, $64) RETURNING id";
}

/// Something that happened to a case. `detail` is sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Uncounted {
    pub id: Uuid,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub at: Timestamp,
    pub kind: EventKind,
    pub detail: Option<Vec<u8>>,
}

/// The oldest that were not counted.
pub async fn uncounted(tx: &mut Tx, limit: i64) -> Result<Vec<Uncounted>, Error> {
    fetch_all!(tx, Uncounted, UNCOUNTED, limit)
}

/// Marks events as counted; gives those that nobody had marked before: who counts them in the same transaction counts each
/// once.
pub async fn mark(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let mut marked = Vec::with_capacity(ids.len());
    for group in ids.chunks(MARKED) {
        // A short group is filled up with its last id.
        let last = group.len() - 1;
        let filled: [Uuid; MARKED] = std::array::from_fn(|at| group[at.min(last)]);
        let rows = fetch_all_of!(tx, (Uuid,), MARK, filled)?;
        marked.extend(rows.into_iter().map(|(id,)| id));
    }
    Ok(marked)
}
