//! What people said of a department, as its staff read it: without who, of what case, or when in the day.

use domain::ids::ReviewId;
use domain::reviews::{Grade, Mark, mask_numbers};
use storage::reviews::review::{NEWEST, Review, of_department};

use super::{ReviewsError, codes, open_words, reach};
use crate::Backend;
use crate::identity::Actor;

/// A review in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// In China, `2026-11-23`.
    pub day: String,
    pub service: String,
    pub grade: Grade,
    pub tags: Vec<String>,
    /// Numbers are masked.
    pub words: Option<String>,
    pub marks: Vec<Mark>,
}

/// A page of reviews, the newest day first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub reviews: Vec<Listed>,
    /// Where the next page begins, if there is more.
    pub next: Option<(String, ReviewId)>,
}

/// Reviews of the actor's department before `(day, id)`, `limit` at most.
pub async fn reviews_of_department(
    backend: &Backend,
    actor: &Actor,
    before: Option<(&str, ReviewId)>,
    limit: i64,
) -> Result<Page, ReviewsError> {
    let reach = reach(actor)?;
    let mut tx = backend.db.read().await?;
    let before = before.unwrap_or(NEWEST);
    let mut found = of_department(&mut tx, &reach.department, &reach.places, before, limit + 1).await?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or_default());
    let next = found.last().filter(|_| more).map(|last| (last.day.clone(), last.id));
    let reviews: Result<Vec<Listed>, ReviewsError> =
        found.into_iter().map(|review| listed(backend, review)).collect();
    Ok(Page { reviews: reviews?, next })
}

fn listed(backend: &Backend, review: Review) -> Result<Listed, ReviewsError> {
    let words = open_words(backend, review.id, review.words.as_ref())?;
    Ok(Listed {
        words: words.map(|words| mask_numbers(&words)),
        tags: codes(&review.tags).map(str::to_owned).collect(),
        marks: codes(&review.marks).filter_map(Mark::from_code).collect(),
        day: review.day,
        service: review.service_code,
        grade: review.grade,
    })
}
