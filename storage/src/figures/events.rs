//! What happened to cases and has not been counted.

use domain::cases::EventKind;
use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::engine::many::{fetch_by_keys, keys};
use crate::{Error, Tx, fetch_all, statements};

statements! {
    UNCOUNTED = "SELECT id, case_id, person_id, at, kind, detail FROM case_events WHERE NOT counted
        ORDER BY at, id LIMIT $1";
    MARK = concat!("UPDATE case_events SET counted = TRUE WHERE NOT counted AND id IN (", keys!(), ") RETURNING id");
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
    Ok(fetch_by_keys!(tx, (Uuid,), MARK, ids)?.into_iter().map(|(id,)| id).collect())
}
