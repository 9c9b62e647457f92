//! Moving a rectification on: state, timeline, audit, message, feed, all in the transaction at hand.

use domain::cases::Calendar;
use domain::reviews::rectification::FOLLOW_UP_DAYS;
use domain::reviews::{Event, Step};
use jiff::civil::Date;
use serde_json::json;
use storage::Tx;
use storage::reviews::tasks::{self, Task, TaskEvent};
use storage::reviews::{counts, review};

use super::file::cell;
use super::{ReviewsError, feed, note};
use crate::Backend;
use crate::identity::Actor;
use crate::sealing::Place;

/// Takes a task one step on from the version at hand. Callers authorise.
pub(super) async fn advance(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    task: &Task,
    step: Step,
    words: Option<&str>,
) -> Result<(), ReviewsError> {
    let (state, event) = task.state.after(step)?;
    let (now, today) = (backend.now(), backend.now().date_in_china());
    let follow_up_by = follow_up_by(&backend.organisation.current().calendar, event, today);
    if !tasks::advance(tx, task, state, follow_up_by.as_deref()).await? {
        return Err(ReviewsError::Changed);
    }
    let id = backend.id();
    let place = Place::new("review_task_events", "words", &id);
    let happened = TaskEvent {
        id,
        review_id: task.review_id,
        person_id: task.person_id,
        number: task.version + 1,
        event,
        staff_id: actor.staff().ok().map(|staff| staff.id),
        words: words.map(|words| backend.seal_json(place, &words)),
        at: now,
    };
    tasks::append(tx, &happened).await?;
    if event == Event::Answered {
        count_answer(tx, task, today).await?;
    }
    note(tx, actor, "reviews.step", task.review_id, task.person_id, json!({ "event": event.code() }), now)?;
    tell(backend, tx, task, event, follow_up_by).await?;
    feed::add(backend, tx, task.review_id, event.code()).await?;
    Ok(())
}

/// Until when the citizen may say that an answer will not do.
fn follow_up_by(calendar: &Calendar, event: Event, today: Date) -> Option<String> {
    (event == Event::Answered).then(|| calendar.deadline(today, FOLLOW_UP_DAYS).to_string())
}

async fn count_answer(tx: &mut Tx, task: &Task, today: Date) -> Result<(), ReviewsError> {
    let review = review::by_id(tx, task.review_id).await?.ok_or(ReviewsError::NotFound)?;
    let in_time = task.answer_by.parse::<Date>().is_ok_and(|last| today <= last);
    Ok(counts::answered(tx, &cell(&review), review.grade, in_time).await?)
}

/// Tells the citizen what staff said. They read it at the portal; neither side learns who the other is.
async fn tell(
    backend: &Backend,
    tx: &mut Tx,
    task: &Task,
    event: Event,
    until: Option<String>,
) -> Result<(), ReviewsError> {
    let kind = match event {
        Event::Answered => "review-answered",
        Event::Opined => "review-opined",
        _ => return Ok(()),
    };
    let services = backend.catalog.services();
    let service = services.known(&task.service_code).map(|service| &service.definition.name);
    let params = json!({ "service": service, "until": until, "review": task.review_id });
    crate::messages::notify(backend, tx, task.person_id, kind, &params, None).await?;
    Ok(())
}
