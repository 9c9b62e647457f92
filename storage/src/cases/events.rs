//! What happened to a case: its timeline.

use domain::cases::EventKind;
use domain::ids::{CaseId, PersonId};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, statements};

statements! {
    INSERT = "INSERT INTO case_events (id, case_id, person_id, at, kind, actor_kind, actor_id, detail)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    OF_CASE = "SELECT id, case_id, person_id, at, kind, actor_kind, actor_id, detail FROM case_events WHERE case_id = $1 ORDER BY at, id LIMIT 500";
    DELETE_OF_CASE = "DELETE FROM case_events WHERE case_id = $1";
}

/// One entry of a timeline. `detail` is sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    pub id: Uuid,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub at: Timestamp,
    pub kind: EventKind,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub detail: Option<Vec<u8>>,
}

pub async fn append(tx: &mut Tx, e: &Event) -> Result<(), Error> {
    execute!(tx, INSERT, e.id, e.case_id, e.person_id, e.at, e.kind, &e.actor_kind, e.actor_id, &e.detail)?;
    Ok(())
}

/// The first 500 entries, oldest first.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Event>, Error> {
    fetch_all!(tx, Event, OF_CASE, case)
}

/// Only for drafts that are thrown away.
pub async fn delete_of_case(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    execute!(tx, DELETE_OF_CASE, case)?;
    Ok(())
}
