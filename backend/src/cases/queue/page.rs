//! A page of the queue.

use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::time::Timestamp;
use storage::cases::case::{self, Sight};

use super::{Desk, Narrow, handler_of};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::list::{Listed, listed};
use crate::cases::load::start_of_list;
use crate::identity::Actor;

/// Filed cases of a desk in `state`, oldest first, after the page that ended with `after`.
pub async fn queue(
    backend: &Backend,
    actor: &Actor,
    desk: &Desk,
    state: CaseState,
    narrow: &Narrow,
    after: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    queue_of(backend, actor, desk, &[state], narrow, after, limit).await
}

/// As [`queue`], for cases in any of `states`: a page of each is read and the oldest of all are given.
pub async fn queue_of(
    backend: &Backend,
    actor: &Actor,
    desk: &Desk,
    states: &[CaseState],
    narrow: &Narrow,
    after: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    let sight = Sight { staff: handler_of(actor, desk)?.id, now: backend.now() };
    let after = after.unwrap_or((Timestamp::MIN, CaseId(uuid::Uuid::nil())));
    let mut tx = backend.db.read().await?;
    let mut rows = Vec::new();
    for &state in states {
        rows.extend(case::queue(&mut tx, desk, state, narrow, sight, after, limit).await?);
    }
    rows.sort_by_key(|row| (row.submitted_at, row.id));
    rows.truncate(limit.max(0) as usize);
    listed(backend, &mut tx, rows).await
}

/// Filed cases of a desk in `state`, newest first, before the page that ended with `before`.
pub async fn filed_before(
    backend: &Backend,
    actor: &Actor,
    desk: &Desk,
    state: CaseState,
    before: Option<(Timestamp, CaseId)>,
    limit: i64,
) -> Result<Vec<Listed>, CaseError> {
    handler_of(actor, desk)?;
    let mut tx = backend.db.read().await?;
    let before = before.unwrap_or_else(start_of_list);
    let rows = case::filed_before(&mut tx, desk, state, before, limit).await?;
    listed(backend, &mut tx, rows).await
}
