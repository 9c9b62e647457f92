//! Letting go: what registers said about a closed case, at the time its owner was told, and drafts that nobody comes
//! back to.

use domain::cases::CaseState;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::cases::case::{self, CaseLine};
use storage::cases::{events, files};
use storage::registers::{consents, evidence};

use super::note;
use crate::identity::Actor;

/// Days that a draft is kept after the last change.
pub const DRAFT_DAYS: i64 = 90;

/// Erases the evidence of closed cases whose time is over, `limit` at most. Gives their number.
pub(crate) async fn erase_evidence(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, storage::Error> {
    let due = case::evidence_due(tx, now, limit).await?;
    for row in &due {
        // Another process may have been first.
        if case::evidence_erased(tx, row.id, now).await? {
            evidence::delete_of_case(tx, row.id).await?;
            note(tx, &Actor::System, "cases.erase_evidence", row, None, json!({}), now)?;
        }
    }
    Ok(due.len() as u64)
}

/// Removes drafts that were not touched for [`DRAFT_DAYS`], `limit` at most. Gives their number.
pub(crate) async fn remove_abandoned(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, storage::Error> {
    let before = now.plus_days(-DRAFT_DAYS);
    let abandoned = case::abandoned(tx, before, limit).await?;
    for row in &abandoned {
        // A change that comes in at this moment keeps the draft.
        let still = case::lock(tx, row.id).await?;
        if still.is_some_and(|row| row.state == CaseState::Draft && row.changed_at < before) {
            remove_draft(tx, row).await?;
            note(tx, &Actor::System, "cases.expire", row, None, json!({}), now)?;
        }
    }
    Ok(abandoned.len() as u64)
}

/// Removes a draft with everything that was fetched and uploaded for it. `false` when it is no draft any more.
pub(super) async fn remove_draft(tx: &mut Tx, row: &CaseLine) -> Result<bool, storage::Error> {
    files::delete_of_case(tx, row.id).await?;
    evidence::delete_of_case(tx, row.id).await?;
    consents::delete_of_case(tx, row.id).await?;
    events::delete_of_case(tx, row.id).await?;
    case::delete_draft(tx, row.id).await
}
