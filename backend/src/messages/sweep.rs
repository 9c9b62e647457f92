//! Removing what has expired, a little at a time.

use domain::time::Timestamp;
use storage::certificates::shares;
use storage::identity::{codes, drafts, half_sign_ins, limits, oidc_requests, sessions};
use storage::messages::outbox;
use storage::reviews::rights;
use storage::{BoxFuture, Tx};

use super::deliver::{MAIL, SMS};
use crate::Backend;
use crate::cases::expire::{erase_evidence, remove_abandoned};
use crate::cases::rehome::look_again;
use crate::cases::supervision::find_late;
use crate::cases::{approve_tacitly, supplement};
use crate::reviews::{lapse, prune_feed};

/// Rows of each kind in one transaction.
const AT_ONCE: i64 = 500;
/// Cases in one transaction.
const CASES_AT_ONCE: i64 = 20;
/// Days a delivered message is remembered, and that a message which was given up keeps its content, so that it can be
/// tried again.
const REMEMBERED_DAYS: i64 = 30;

/// Removes what of one kind has expired, and gives the number of rows.
type Remove = for<'t> fn(&'t mut Tx, Timestamp) -> BoxFuture<'t, Result<u64, storage::Error>>;

/// Every kind of what expires, with how many rows its statement removes at most.
const KINDS: [(i64, Remove); 13] = [
    (AT_ONCE, |tx, now| Box::pin(drafts::sweep(tx, now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(sessions::sweep(tx, now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(half_sign_ins::sweep(tx, now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(oidc_requests::sweep(tx, now, AT_ONCE))),
    // An hour later, so that "expired" can be told from "never sent".
    (AT_ONCE, |tx, now| Box::pin(codes::sweep(tx, now.plus_seconds(-3600), AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(limits::sweep(tx, now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(outbox::sweep(tx, long_ago(now), AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(outbox::erase_old(tx, SMS, long_ago(now), now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(outbox::erase_old(tx, MAIL, long_ago(now), now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(shares::sweep(tx, now, AT_ONCE))),
    (AT_ONCE, |tx, now| Box::pin(rights::sweep(tx, now, AT_ONCE))),
    // Of these each has many rows of its own.
    (CASES_AT_ONCE, |tx, now| Box::pin(erase_evidence(tx, now, CASES_AT_ONCE))),
    (CASES_AT_ONCE, |tx, now| Box::pin(remove_abandoned(tx, now, CASES_AT_ONCE))),
];

fn long_ago(now: Timestamp) -> Timestamp {
    now.plus_days(-REMEMBERED_DAYS)
}

/// Removes expired sessions, codes, drafts, limits and presentations, sign-ins that stopped half-way, old done messages,
/// the content of old ones that were given up, what cases may not keep, rights to review that are over, and lines of the feed
/// that arrived long ago; closes rectifications that nobody objects to and cases whose applicants were asked for more and said
/// nothing; approves what the law takes as approved; tells offices above of what runs late; moves what was left at offices
/// that are no more. Gives the number of rows. A kind that fails keeps no other from it.
pub async fn sweep(backend: &Backend) -> Result<u64, storage::Error> {
    let (mut all, mut failed) = (0, None);
    for (most, remove) in KINDS {
        loop {
            let now = backend.now();
            let removed: Result<u64, storage::Error> = backend.db.write(move |tx| remove(tx, now)).await;
            match removed {
                Ok(rows) => {
                    all += rows;
                    if rows < most as u64 {
                        break;
                    }
                }
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
    }
    let watched = [
        prune_feed(backend).await,
        lapse(backend).await,
        supplement::lapse(backend).await,
        approve_tacitly(backend).await,
        find_late(backend).await,
        look_again(backend).await,
    ];
    for done in watched {
        match done {
            Ok(done) => all += done,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(all), Err)
}
