//! Looking for changes.

use std::collections::HashMap;
use std::sync::PoisonError;

use domain::ids::CaseId;
use domain::time::Timestamp;
use storage::cases::changes::{self, Change};
use storage::{Db, Error};

use super::Live;

/// Each look goes back so far before the last one: a transaction says when it began and is seen when it ends, ten seconds
/// later at most, and clocks of two processes differ a little.
const OVERLAP_SECONDS: i64 = 15;
/// Changes read at the first look.
const FIRST: i64 = 2_000;
/// Changes read at once, and pages of one look. A look that finds more knows that it missed some.
const PAGE: i64 = 1_000;
const PAGES: usize = 4;

/// Where a look ended.
#[derive(Debug)]
pub(super) struct Looked {
    at: Timestamp,
    /// The versions that were seen within the overlap.
    seen: HashMap<CaseId, i64>,
}

impl Live {
    /// Reads what changed since the last look, and wakes who listens. One read of an index that holds the newest changes
    /// together, whatever the number of listeners.
    pub async fn look(&self, db: &Db, now: Timestamp) -> Result<(), Error> {
        let mut looked = self.looked.lock().await;
        let (found, missed) = match &*looked {
            None => {
                let mut newest = changes::newest(&mut db.read().await?, FIRST).await?;
                newest.reverse();
                let missed = (newest.len() as i64 == FIRST).then(|| newest[0].changed_at);
                (newest, Some(missed.unwrap_or(Timestamp::MIN)))
            }
            Some(before) => read_since(db, before.at.plus_seconds(-OVERLAP_SECONDS), now).await?,
        };
        let seen = found.iter().map(|change| (change.id, change.version)).collect();
        let before = looked.replace(Looked { at: now, seen });
        let is_new = |change: &Change| {
            before.as_ref().is_none_or(|before| before.seen.get(&change.id) != Some(&change.version))
        };
        let fresh: Vec<Change> = found.into_iter().filter(is_new).collect();
        let beat = !fresh.is_empty() || missed.is_some();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.complete_from = known.complete_from.max(missed);
        for change in fresh {
            known.add(change);
        }
        let number = known.number;
        drop(known);
        if beat {
            self.beat.send_modify(|beat| beat.number = number);
        }
        Ok(())
    }
}

/// The changes after `since`, and up to when some may be missing, if there are more than a look reads.
async fn read_since(
    db: &Db,
    since: Timestamp,
    now: Timestamp,
) -> Result<(Vec<Change>, Option<Timestamp>), Error> {
    let mut tx = db.read().await?;
    let mut found: Vec<Change> = Vec::new();
    for _ in 0..PAGES {
        let after =
            found.last().map_or((since, CaseId(uuid::Uuid::nil())), |last| (last.changed_at, last.id));
        let page = changes::after(&mut tx, after, PAGE).await?;
        let last = (page.len() as i64) < PAGE;
        found.extend(page);
        if last {
            return Ok((found, None));
        }
    }
    Ok((found, Some(now)))
}
