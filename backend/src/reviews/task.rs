//! One rectification, as staff see it: the review without who gave it, of what case, or when in the day.

use domain::ids::{ReviewId, StaffId};
use domain::organisation::region::RegionCode;
use domain::reviews::{
    Deadlines, Event, Grade, Light, Mark, NotTheirs, Step, TaskState, mask_numbers, may_opine,
};
use jiff::civil::Date;
use serde_json::json;
use storage::Tx;
use storage::reviews::review::{self, Review};
use storage::reviews::tasks::{self, Task, TaskEvent};

use super::advance::advance;
use super::{ReviewsError, codes, may_handle, note, open_words};
use crate::Backend;
use crate::identity::{Actor, StaffActor};
use crate::sealing::{Place, Unopenable};

/// A rectification with its review and what happened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPage {
    pub id: ReviewId,
    pub service: String,
    pub department: String,
    pub grade: Grade,
    pub tags: Vec<String>,
    /// Numbers are masked for staff.
    pub words: Option<String>,
    pub marks: Vec<Mark>,
    pub state: TaskState,
    pub opened_on: String,
    pub verify_by: String,
    pub answer_by: String,
    /// Until when the citizen may say that the answer will not do.
    pub follow_up_by: Option<String>,
    pub version: i64,
    pub told: Vec<Told>,
    /// The last day for what staff have to do, and how near it is.
    pub due: Option<(Date, Light)>,
    /// Why who looks cannot give the second opinion.
    pub not_mine: Option<NotTheirs>,
}

/// Who did something, as far as the other side may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Citizen,
    Staff,
    Portal,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub event: Event,
    pub by: By,
    /// In China.
    pub day: Date,
    pub words: Option<String>,
}

/// Opens a rectification for staff of its department; noted in the audit trail.
pub async fn open_task(backend: &Backend, actor: &Actor, id: ReviewId) -> Result<TaskPage, ReviewsError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let task = load(tx, &actor, id).await?;
                let review = review::by_id(tx, id).await?.ok_or(ReviewsError::NotFound)?;
                let events = tasks::events(tx, id).await?;
                note(tx, &actor, "reviews.open", id, task.person_id, json!({}), backend.now())?;
                page(backend, &review, &task, &events, Some(actor.staff()?))
            })
        })
        .await
}

/// Refuses who may not handle the rectification, before anything they typed is looked at.
pub async fn may_open(backend: &Backend, actor: &Actor, id: ReviewId) -> Result<(), ReviewsError> {
    load(&mut backend.db.read().await?, actor, id).await.map(drop)
}

/// The task, if the actor may handle it.
async fn load(tx: &mut Tx, actor: &Actor, id: ReviewId) -> Result<Task, ReviewsError> {
    let task = tasks::of_review(tx, id).await?.ok_or(ReviewsError::NotFound)?;
    may_handle(actor, &task.department, task.place)?;
    Ok(task)
}

/// A step of staff, on what they were looking at.
pub(super) async fn staff_step(
    backend: &Backend,
    actor: &Actor,
    id: ReviewId,
    version: i64,
    step: Step,
    words: Option<String>,
) -> Result<(), ReviewsError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let task = load(tx, &actor, id).await?;
                if task.version != version {
                    return Err(ReviewsError::Changed);
                }
                if step == Step::Opine {
                    let events = tasks::events(tx, id).await?;
                    second_opinion(&backend_of_job, &task, &events, actor.staff()?)?;
                }
                advance(&backend_of_job, tx, &actor, &task, step, words.as_deref()).await
            })
        })
        .await
}

/// Whether somebody gives the second opinion on a task.
fn second_opinion(
    backend: &Backend,
    task: &Task,
    events: &[TaskEvent],
    staff: &StaffActor,
) -> Result<(), NotTheirs> {
    let handled = handled_by(events, staff.id);
    // What is of no place is its department's: nobody is above.
    let Ok(place) = RegionCode::from_i64(task.place) else {
        return if handled { Err(NotTheirs::SameHand) } else { Ok(()) };
    };
    let offices = &backend.organisation.current().offices;
    let has_upper = place.ancestry().skip(1).any(|above| offices.get(&task.department, above).is_some());
    may_opine(&staff.grants, &task.department, place, has_upper, handled)
}

fn handled_by(events: &[TaskEvent], staff: StaffId) -> bool {
    events.iter().any(|event| event.staff_id == Some(staff))
}

/// For staff the numbers in the citizen's words are masked; for the citizen, without `staff`, they are as written.
pub(super) fn page(
    backend: &Backend,
    review: &Review,
    task: &Task,
    events: &[TaskEvent],
    staff: Option<&StaffActor>,
) -> Result<TaskPage, ReviewsError> {
    let shown = |words: String| if staff.is_some() { mask_numbers(&words) } else { words };
    let words = open_words(backend, review.id, review.words.as_ref())?.map(shown);
    let told: Result<Vec<Told>, Unopenable> = events
        .iter()
        .map(|event| {
            let by = match (event.staff_id, event.event) {
                (Some(_), _) => By::Staff,
                (None, Event::Lapsed) => By::Portal,
                (None, _) => By::Citizen,
            };
            let place = Place::new("review_task_events", "words", &event.id);
            let words: Option<String> =
                event.words.as_ref().map(|words| backend.open_json(place, words)).transpose()?;
            let words = if by == By::Citizen { words.map(shown) } else { words };
            Ok(Told { event: event.event, by, day: event.at.date_in_china(), words })
        })
        .collect();
    let calendar = &backend.organisation.current().calendar;
    let today = backend.now().date_in_china();
    Ok(TaskPage {
        id: review.id,
        service: review.service_code.clone(),
        department: review.department.clone(),
        grade: review.grade,
        tags: codes(&review.tags).map(str::to_owned).collect(),
        words,
        marks: codes(&review.marks).filter_map(Mark::from_code).collect(),
        state: task.state,
        opened_on: task.opened_on.clone(),
        verify_by: task.verify_by.clone(),
        answer_by: task.answer_by.clone(),
        follow_up_by: task.follow_up_by.clone(),
        version: task.version,
        told: told?,
        due: due(task).map(|due| (due, Light::of(calendar, due, today))),
        not_mine: staff.and_then(|staff| second_opinion(backend, task, events, staff).err()),
    })
}

/// The last day for what staff have to do.
pub(super) fn due(task: &Task) -> Option<Date> {
    let (verify_by, answer_by) = (task.verify_by.parse().ok()?, task.answer_by.parse().ok()?);
    Deadlines { verify_by, answer_by }.due(task.state)
}
