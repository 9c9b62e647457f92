//! What happens to reviews, in its order, for the upper platform.

use domain::ids::{OutboxId, ReviewId};
use storage::messages::outbox::{self, NewMessage};
use storage::reviews::feed;
use storage::{Error, Tx};

use super::UPLOAD;
use crate::Backend;

/// A review was given; everything else in the feed is an event of a rectification.
pub(super) const GIVEN: &str = "given";

/// Adds to the feed what happened to a review, where there is an upper platform. The last thing in a transaction: others
/// who add wait for its end.
pub(super) async fn add(backend: &Backend, tx: &mut Tx, review: ReviewId, event: &str) -> Result<(), Error> {
    if backend.reviews.upper.is_none() {
        return Ok(());
    }
    let day = backend.now().date_in_china().to_string();
    // Given before there was an upper platform.
    if event != GIVEN && feed::knows(tx, review).await?.is_none() {
        let head = feed::append(tx, review, GIVEN, &day).await?;
        send_batch(backend, tx, head.batch).await?;
    }
    let head = feed::append(tx, review, event, &day).await?;
    send_batch(backend, tx, head.batch).await
}

/// Has a batch sent: one message for each, whose key is the number of the batch.
pub(super) async fn send_batch(backend: &Backend, tx: &mut Tx, number: i64) -> Result<(), Error> {
    let now = backend.now();
    let message = NewMessage {
        id: OutboxId(backend.id()),
        topic: UPLOAD,
        key: number.to_string(),
        payload: Vec::new(),
        created_at: now,
        available_at: now,
    };
    outbox::enqueue(tx, &message).await.map(drop)
}
