//! Giving a review, once.

use domain::ids::ReviewId;
use domain::reviews::{Deadlines, Month, Said, SubjectKind, TaskState};
use serde_json::json;
use storage::reviews::counts::{self, Cell};
use storage::reviews::review::{self, Review};
use storage::reviews::rights::{self, Right};
use storage::reviews::tasks::{self, Task, TaskEvent};
use storage::{Tx, reviews::tasks::append};
use uuid::Uuid;

use super::feed::{self, GIVEN};
use super::{ReviewsError, note};
use crate::Backend;
use crate::identity::Actor;
use crate::sealing::Place;

/// Gives a review of what the actor has the right to review. A bad one opens a rectification.
pub async fn file(
    backend: &Backend,
    actor: &Actor,
    kind: SubjectKind,
    subject: Uuid,
    said: Said,
) -> Result<ReviewId, ReviewsError> {
    actor.verified_person()?;
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let right = take_right(&backend_of_job, tx, &actor, kind, subject).await?;
                keep(&backend_of_job, tx, &actor, &right, &said).await
            })
        })
        .await
}

/// Uses up the right of the actor; to everybody else it does not exist.
async fn take_right(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    kind: SubjectKind,
    subject: Uuid,
) -> Result<Right, ReviewsError> {
    let person = actor.person()?.id;
    let right = rights::of_subject(tx, kind, subject).await?.ok_or(ReviewsError::NotFound)?;
    if right.person_id != person {
        tracing::warn!(person = %person, kind = kind.code(), %subject, "a review of a foreign subject refused");
        return Err(ReviewsError::NotFound);
    }
    let now = backend.now();
    if rights::use_up(tx, right.id, person, now).await? {
        return Ok(right);
    }
    Err(if right.used_at.is_none() && right.expires_at <= now {
        ReviewsError::Over
    } else {
        ReviewsError::Already
    })
}

async fn keep(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    right: &Right,
    said: &Said,
) -> Result<ReviewId, ReviewsError> {
    let (now, today) = (backend.now(), backend.now().date_in_china());
    let id = random_id(backend);
    let words = said.words.as_ref();
    let marks: Vec<&str> = said.marks.iter().map(|mark| mark.code()).collect();
    let review = Review {
        id,
        person_id: right.person_id,
        subject_kind: right.subject_kind,
        subject_id: right.subject_id,
        service_code: right.service_code.clone(),
        department: right.department.clone(),
        place: right.place,
        handler: right.handler,
        grade: said.grade,
        tags: said.tags.join(" "),
        words: words.map(|words| backend.seal_json(Place::new("reviews", "words", &id.0), words)),
        marks: marks.join(" "),
        day: today.to_string(),
        created_at: now,
        version: 1,
    };
    if !review::insert(tx, &review).await? {
        return Err(ReviewsError::Already);
    }
    counts::given(tx, &cell(&review), said.grade, &said.tags).await?;
    if said.grade.is_bad() {
        open_rectification(backend, tx, &review).await?;
    }
    note(tx, actor, "reviews.file", id, right.person_id, json!({ "marks": marks }), now)?;
    feed::add(backend, tx, id, GIVEN).await?;
    Ok(id)
}

/// A version 7 would say to the millisecond when the review was given, to everybody who sees its address.
fn random_id(backend: &Backend) -> ReviewId {
    let mut random = [0; 16];
    backend.chance.fill(&mut random);
    ReviewId(uuid::Builder::from_random_bytes(random).into_uuid())
}

/// Where a review is counted.
pub(super) fn cell(review: &Review) -> Cell {
    let month = review.day.parse().map(|day| Month::of(day).0).unwrap_or_default();
    Cell {
        department: review.department.clone(),
        service_code: review.service_code.clone(),
        place: review.place,
        month,
    }
}

async fn open_rectification(backend: &Backend, tx: &mut Tx, review: &Review) -> Result<(), ReviewsError> {
    let today = backend.now().date_in_china();
    let deadlines = Deadlines::from(&backend.organisation.current().calendar, today);
    let task = Task {
        review_id: review.id,
        person_id: review.person_id,
        service_code: review.service_code.clone(),
        department: review.department.clone(),
        place: review.place,
        state: TaskState::Opened,
        opened_on: today.to_string(),
        verify_by: deadlines.verify_by.to_string(),
        answer_by: deadlines.answer_by.to_string(),
        follow_up_by: None,
        version: 1,
    };
    tasks::insert(tx, &task).await?;
    let opened = TaskEvent {
        id: backend.id(),
        review_id: review.id,
        person_id: review.person_id,
        number: 1,
        event: domain::reviews::Event::Opened,
        staff_id: None,
        words: None,
        at: backend.now(),
    };
    Ok(append(tx, &opened).await?)
}
