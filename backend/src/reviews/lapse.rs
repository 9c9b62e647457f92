//! Closing rectifications whose citizen said nothing to the answer.

use domain::reviews::Step;
use storage::reviews::tasks;

use super::ReviewsError;
use super::advance::advance;
use crate::Backend;
use crate::identity::Actor;

/// Rectifications in one transaction.
const AT_ONCE: i64 = 20;

/// Closes what was answered and not objected to in time. Gives the number.
pub(crate) async fn lapse(backend: &Backend) -> Result<u64, storage::Error> {
    let mut all = 0;
    loop {
        let job = backend.clone();
        let closed: Result<u64, ReviewsError> = backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let today = job.now().date_in_china().to_string();
                    let silent = tasks::silent(tx, &today, AT_ONCE).await?;
                    for task in &silent {
                        advance(&job, tx, &Actor::System, task, Step::Lapse, None).await?;
                    }
                    Ok(silent.len() as u64)
                })
            })
            .await;
        match closed {
            Ok(closed) => {
                all += closed;
                if closed < AT_ONCE as u64 {
                    return Ok(all);
                }
            }
            // The citizen, or another process: the next round sees what became of it.
            Err(ReviewsError::Changed) => return Ok(all),
            Err(ReviewsError::Storage(error)) => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "rectifications were not closed");
                return Ok(all);
            }
        }
    }
}
