//! One's own review, and what became of it.

use domain::ids::ReviewId;
use domain::reviews::{Grade, Mark};
use domain::time::Timestamp;
use storage::Tx;
use storage::reviews::review::{self, Review};
use storage::reviews::tasks;
use uuid::Uuid;

use super::task::page;
use super::{ReviewsError, TaskPage, codes, open_words};
use crate::Backend;
use crate::identity::Actor;

/// A review as who gave it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    pub id: ReviewId,
    pub kind: domain::reviews::SubjectKind,
    pub subject: Uuid,
    pub service: String,
    pub department: String,
    pub grade: Grade,
    pub tags: Vec<String>,
    pub words: Option<String>,
    pub marks: Vec<Mark>,
    pub given_at: Timestamp,
    /// Of a bad review.
    pub rectification: Option<TaskPage>,
}

/// A review of the actor's; to everybody else it does not exist.
pub async fn my_review(backend: &Backend, actor: &Actor, id: ReviewId) -> Result<Mine, ReviewsError> {
    let mut tx = backend.db.read().await?;
    let review = own(&mut tx, actor, id).await?;
    let rectification = match tasks::of_review(&mut tx, id).await? {
        Some(task) => {
            let events = tasks::events(&mut tx, id).await?;
            Some(page(backend, &review, &task, &events, None)?)
        }
        None => None,
    };
    Ok(Mine {
        words: open_words(backend, id, review.words.as_ref())?,
        tags: codes(&review.tags).map(str::to_owned).collect(),
        marks: codes(&review.marks).filter_map(Mark::from_code).collect(),
        id,
        kind: review.subject_kind,
        subject: review.subject_id,
        service: review.service_code,
        department: review.department,
        grade: review.grade,
        given_at: review.created_at,
        rectification,
    })
}

/// The review, if it is the actor's.
pub(super) async fn own(tx: &mut Tx, actor: &Actor, id: ReviewId) -> Result<Review, ReviewsError> {
    let person = actor.person()?.id;
    let review = review::by_id(tx, id).await?.ok_or(ReviewsError::NotFound)?;
    if review.person_id != person {
        tracing::warn!(person = %person, review = %id, "access to a foreign review refused");
        return Err(ReviewsError::NotFound);
    }
    Ok(review)
}
