//! Removing what has expired, a little at a time.

use domain::time::Timestamp;
use storage::certificates::shares;
use storage::identity::{codes, drafts, limits, sessions};
use storage::messages::outbox;

use super::deliver::{MAIL, SMS};
use crate::Backend;
use crate::cases::expire::{erase_evidence, remove_abandoned};

/// Rows of each kind in one transaction.
const AT_ONCE: i64 = 500;
/// Cases in one transaction.
const CASES_AT_ONCE: i64 = 20;
/// Days a delivered message is remembered, and that a message which was given up keeps its content, so that it can be
/// tried again.
const REMEMBERED_DAYS: i64 = 30;

/// Removes expired sessions, codes, drafts, limits and presentations, old done messages, the content of old ones that were given up, and what cases may not keep. Gives the number of rows.
pub async fn sweep(backend: &Backend) -> Result<u64, storage::Error> {
    let mut all = 0;
    loop {
        let now = backend.now();
        let removed: Result<(u64, u64), storage::Error> =
            backend.db.write(move |tx| Box::pin(round(tx, now))).await;
        let (sum, most) = removed?;
        all += sum;
        if most < AT_ONCE as u64 {
            return Ok(all);
        }
    }
}

/// All rows, and the most of one kind.
async fn round(tx: &mut storage::Tx, now: Timestamp) -> Result<(u64, u64), storage::Error> {
    let old = now.plus_days(-REMEMBERED_DAYS);
    let counts = [
        drafts::sweep(tx, now, AT_ONCE).await?,
        sessions::sweep(tx, now, AT_ONCE).await?,
        // An hour later, so that "expired" can be told from "never sent".
        codes::sweep(tx, now.plus_seconds(-3600), AT_ONCE).await?,
        limits::sweep(tx, now, AT_ONCE).await?,
        outbox::sweep(tx, old, AT_ONCE).await?,
        outbox::erase_old(tx, SMS, old, now, AT_ONCE).await?,
        outbox::erase_old(tx, MAIL, old, now, AT_ONCE).await?,
        shares::sweep(tx, now, AT_ONCE).await?,
    ];
    let most = counts.into_iter().max().unwrap_or_default();
    // Of these each has many rows of its own.
    let erased = erase_evidence(tx, now, CASES_AT_ONCE).await?;
    let removed = remove_abandoned(tx, now, CASES_AT_ONCE).await?;
    let again = erased.max(removed) >= CASES_AT_ONCE as u64;
    Ok((counts.iter().sum::<u64>() + erased + removed, if again { AT_ONCE as u64 } else { most }))
}
