//! Answering a bad review (整改答复).

use domain::ids::ReviewId;
use domain::reviews::Step;

use super::task::staff_step;
use super::{ReviewsError, own_words};
use crate::Backend;
use crate::identity::Actor;

/// Answers the citizen, who is told and asked whether it will do. `version` is what the clerk was looking at.
pub async fn answer(
    backend: &Backend,
    actor: &Actor,
    id: ReviewId,
    version: i64,
    words: &str,
) -> Result<(), ReviewsError> {
    let words = own_words(words, 2)?;
    staff_step(backend, actor, id, version, Step::Answer, words).await
}
