//! Cases of an office that is no more go to the one that has its work now.

use domain::cases::EventKind;
use domain::ids::CaseId;
use domain::organisation::Office;
use serde_json::json;
use storage::cases::case;

use super::clocks::clocked;
use super::examination::reseat;
use super::load::load_to_change;
use super::track::record;
use super::{CaseError, note};
use crate::Backend;
use crate::identity::Actor;
use crate::organisation::OrganisationError;

/// Cases moved in one transaction.
const PAGE: i64 = 100;

/// Moves the next cases after `after`; gives their number, and the last one where there may be more.
pub(crate) async fn page(
    backend: &Backend,
    from: &Office,
    to: &Office,
    after: CaseId,
) -> Result<(u64, Option<CaseId>), OrganisationError> {
    let mut tx = backend.db.read().await?;
    let cases = case::at_office(&mut tx, &from.department, from.region, after, PAGE).await?;
    drop(tx);
    let last = cases.last().map(|case| case.id).filter(|_| cases.len() as i64 == PAGE);
    let mut moved = 0;
    for line in cases {
        match one(backend, line.id, from, to).await {
            Ok(true) => moved += 1,
            Ok(false) => {}
            Err(CaseError::Storage(error)) => return Err(error.into()),
            // It stays where it was and is found again.
            Err(error) => tracing::warn!(case = %line.id, %error, "a case could not be moved"),
        }
    }
    Ok((moved, last))
}

async fn one(backend: &Backend, id: CaseId, from: &Office, to: &Office) -> Result<bool, CaseError> {
    let (job, from, to) = (backend.clone(), from.clone(), to.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&job, tx, id).await?;
                let row = &opened.row;
                if row.state.is_closed() || (&row.department, row.place) != (&from.department, from.region) {
                    return Ok(false);
                }
                let dates = opened.clock().map(|clock| clocked(&job, clock)).unwrap_or_default();
                let now = job.now();
                reseat(&job, tx, &opened, &to.department, to.region).await?;
                if !case::relocate(tx, id, row.version, &to.department, to.region, &dates, now).await? {
                    return Err(CaseError::Changed);
                }
                let detail = json!({ "from": from.name, "to": to.name });
                record(&job, tx, row, EventKind::Transferred, &Actor::System, detail).await?;
                let detail = json!({ "from": from.id, "to": to.id });
                note(tx, &Actor::System, "cases.rehome", row, None, detail, now)?;
                Ok(true)
            })
        })
        .await
}
