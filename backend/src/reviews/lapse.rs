//! Closing rectifications whose citizen said nothing to the answer.

use domain::reviews::Step;
use storage::reviews::tasks::{self, Task};

use super::ReviewsError;
use super::advance::advance;
use crate::Backend;
use crate::identity::Actor;

/// Rectifications looked at in one go.
const AT_ONCE: i64 = 50;

/// Closes what was answered and not objected to in time. Gives the number.
pub(crate) async fn lapse(backend: &Backend) -> Result<u64, storage::Error> {
    let mut all = 0;
    loop {
        let today = backend.now().date_in_china().to_string();
        let silent = tasks::silent(&mut backend.db.read().await?, &today, AT_ONCE).await?;
        let (found, mut closed) = (silent.len() as i64, 0);
        for task in silent {
            match close(backend, task).await {
                Ok(()) => closed += 1,
                // The citizen said something after all, or another process was here.
                Err(ReviewsError::Changed) => {}
                Err(ReviewsError::Storage(error)) => return Err(error),
                Err(error) => tracing::warn!(%error, "a rectification was not closed"),
            }
        }
        all += closed;
        if found < AT_ONCE || closed == 0 {
            return Ok(all);
        }
    }
}

/// One in each transaction: the feed is locked until its end.
async fn close(backend: &Backend, task: Task) -> Result<(), ReviewsError> {
    let job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move { advance(&job, tx, &Actor::System, &task, Step::Lapse, None).await })
        })
        .await
}
