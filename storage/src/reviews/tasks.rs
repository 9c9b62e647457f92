//! Rectification of bad reviews: the task and what happened to it.

use std::ops::RangeInclusive;

use domain::ids::{PersonId, ReviewId, StaffId};
use domain::reviews::{Event, TaskState};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Columns of [`Task`].
macro_rules! whole {
    () => {
        "review_id, person_id, service_code, department, place, state, opened_on, verify_by, answer_by, follow_up_by, version"
    };
}

statements! {
    INSERT = concat!("INSERT INTO review_tasks (", whole!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 1)");
    OF_REVIEW = concat!("SELECT ", whole!(), " FROM review_tasks WHERE review_id = $1");
    IN_STATE = concat!("SELECT ", whole!(), " FROM review_tasks WHERE department = $1 AND state = $2
                AND place BETWEEN $3 AND $4 AND (opened_on, review_id) > ($5, $6)
                ORDER BY opened_on, review_id LIMIT $7");
    SILENT = concat!("SELECT ", whole!(), " FROM review_tasks WHERE state = 'answered' AND follow_up_by < $1
              ORDER BY follow_up_by, review_id LIMIT $2");
    ADVANCE = "UPDATE review_tasks SET state = $3, follow_up_by = COALESCE($4, follow_up_by), version = version + 1
               WHERE review_id = $1 AND version = $2";
    APPEND = "INSERT INTO review_task_events (id, review_id, person_id, number, event, staff_id, words, at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    EVENTS = "SELECT id, review_id, person_id, number, event, staff_id, words, at FROM review_task_events
              WHERE review_id = $1 ORDER BY number LIMIT 100";
}

/// The work on a bad review. Days are `2026-11-23`, in China.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Task {
    pub review_id: ReviewId,
    pub person_id: PersonId,
    pub service_code: String,
    pub department: String,
    pub place: i64,
    pub state: TaskState,
    pub opened_on: String,
    pub verify_by: String,
    pub answer_by: String,
    /// Until when the citizen may say that the answer will not do; from the answer on.
    pub follow_up_by: Option<String>,
    /// Counts changes; the number of the last event, too.
    pub version: i64,
}

/// Something that happened to a task. `words` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct TaskEvent {
    pub id: Uuid,
    pub review_id: ReviewId,
    pub person_id: PersonId,
    /// From 1.
    pub number: i64,
    pub event: Event,
    /// Who of the staff did it.
    pub staff_id: Option<StaffId>,
    pub words: Option<Vec<u8>>,
    pub at: Timestamp,
}

/// Opens a task; `follow_up_by` and `version` are not looked at.
pub async fn insert(tx: &mut Tx, task: &Task) -> Result<(), Error> {
    let t = task;
    execute!(
        tx,
        INSERT,
        t.review_id,
        t.person_id,
        &t.service_code,
        &t.department,
        t.place,
        t.state,
        &t.opened_on,
        &t.verify_by,
        &t.answer_by
    )
    .map(drop)
}

pub async fn of_review(tx: &mut Tx, review: ReviewId) -> Result<Option<Task>, Error> {
    fetch_optional!(tx, Task, OF_REVIEW, review)
}

/// Tasks of a department in a state, within a range of places, opened after `(day, id)`, oldest first.
pub async fn in_state(
    tx: &mut Tx,
    department: &str,
    state: TaskState,
    places: &RangeInclusive<i64>,
    after: (&str, ReviewId),
    limit: i64,
) -> Result<Vec<Task>, Error> {
    let (first, last) = (*places.start(), *places.end());
    fetch_all!(tx, Task, IN_STATE, department, state, first, last, after.0, after.1, limit)
}

/// Answered tasks whose citizen said nothing before `today`, `limit` at most.
pub async fn silent(tx: &mut Tx, today: &str, limit: i64) -> Result<Vec<Task>, Error> {
    fetch_all!(tx, Task, SILENT, today, limit)
}

/// Moves a task on from the version at hand. `false` when somebody else did meanwhile.
pub async fn advance(
    tx: &mut Tx,
    task: &Task,
    state: TaskState,
    follow_up_by: Option<&str>,
) -> Result<bool, Error> {
    Ok(execute!(tx, ADVANCE, task.review_id, task.version, state, follow_up_by)? == 1)
}

pub async fn append(tx: &mut Tx, event: &TaskEvent) -> Result<(), Error> {
    let e = event;
    execute!(tx, APPEND, e.id, e.review_id, e.person_id, e.number, e.event, e.staff_id, &e.words, e.at)
        .map(drop)
}

/// What happened to a task, oldest first.
pub async fn events(tx: &mut Tx, review: ReviewId) -> Result<Vec<TaskEvent>, Error> {
    fetch_all!(tx, TaskEvent, EVENTS, review)
}
