//! The rectifications of a department, by state.

use domain::ids::ReviewId;
use domain::reviews::{Light, TaskState};
use jiff::civil::Date;
use storage::reviews::tasks::in_state;

use super::task::due;
use super::{ReviewsError, reach};
use crate::Backend;
use crate::identity::Actor;

/// A rectification in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLine {
    pub id: ReviewId,
    pub service: String,
    pub state: TaskState,
    pub opened_on: String,
    /// The last day for what staff have to do, and how near it is.
    pub due: Option<(Date, Light)>,
}

/// Rectifications in a state, opened after `(day, id)`, oldest first, `limit` at most.
pub async fn tasks(
    backend: &Backend,
    actor: &Actor,
    state: TaskState,
    after: Option<(&str, ReviewId)>,
    limit: i64,
) -> Result<Vec<TaskLine>, ReviewsError> {
    let reach = reach(actor)?;
    let after = after.unwrap_or(("", ReviewId(uuid::Uuid::nil())));
    let mut tx = backend.db.read().await?;
    let found = in_state(&mut tx, &reach.department, state, &reach.places, after, limit).await?;
    let (calendar, today) = (&backend.organisation.current().calendar, backend.now().date_in_china());
    let line = |task: storage::reviews::tasks::Task| TaskLine {
        due: due(&task).map(|due| (due, Light::of(calendar, due, today))),
        id: task.review_id,
        service: task.service_code,
        state: task.state,
        opened_on: task.opened_on,
    };
    Ok(found.into_iter().map(line).collect())
}
