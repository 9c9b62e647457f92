//! What the citizen says to the answer (回访).

use domain::ids::ReviewId;
use domain::reviews::Step;
use storage::reviews::tasks;

use super::advance::advance;
use super::mine::own;
use super::{ReviewsError, own_words};
use crate::Backend;
use crate::identity::Actor;

/// Says whether the answer to one's review will do. Who is not content gets a second opinion.
pub async fn follow_up(
    backend: &Backend,
    actor: &Actor,
    id: ReviewId,
    content: bool,
    words: &str,
) -> Result<(), ReviewsError> {
    let words = own_words(words, 0)?;
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                own(tx, &actor, id).await?;
                let task = tasks::of_review(tx, id).await?.ok_or(ReviewsError::NotFound)?;
                let step = Step::FollowUp { content };
                advance(&backend_of_job, tx, &actor, &task, step, words.as_deref()).await
            })
        })
        .await
}
