//! The second opinion of a superior (复核), which is the last word.

use domain::ids::ReviewId;
use domain::reviews::Step;

use super::task::staff_step;
use super::{ReviewsError, own_words};
use crate::Backend;
use crate::identity::Actor;

/// Gives the second opinion and closes the rectification. Whose it is: [`domain::reviews::may_opine`].
pub async fn opine(
    backend: &Backend,
    actor: &Actor,
    id: ReviewId,
    version: i64,
    words: &str,
) -> Result<(), ReviewsError> {
    actor.require_recent()?;
    let words = own_words(words, 2)?;
    staff_step(backend, actor, id, version, Step::Opine, words).await
}
