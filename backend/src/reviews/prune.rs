//! Letting lines of the feed go that the upper platform has had for long enough.

use storage::reviews::feed;

use crate::Backend;

/// Lines removed in one transaction.
const AT_ONCE: i64 = 500;

/// Removes lines that arrived longer ago than they are kept; gives their number.
pub(crate) async fn prune_feed(backend: &Backend) -> Result<u64, storage::Error> {
    let before = backend.now().plus_days(-backend.reviews.feed_keep_days);
    let mut all = 0;
    loop {
        let removed: Result<u64, storage::Error> =
            backend.db.write(move |tx| Box::pin(feed::prune(tx, before, AT_ONCE))).await;
        let removed = removed?;
        all += removed;
        if removed < AT_ONCE as u64 {
            return Ok(all);
        }
    }
}
