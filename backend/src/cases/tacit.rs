//! 默认批准: where the law says so, what was not decided in its time is approved.

use domain::cases::{Action, CaseState};
use domain::ids::CaseId;
use domain::time::Timestamp;
use storage::cases::case::{self, CaseLine};

use super::CaseError;
use super::decide::{Step, apply};
use super::load::load_to_change;
use super::outcome::Reason;
use crate::Backend;
use crate::identity::Actor;

/// Cases looked at in one go.
const AT_ONCE: i64 = 50;
/// How soon and how late a case that cannot be closed is tried again, in seconds.
const SOONEST: i64 = 3600;
const LATEST: i64 = 24 * 3600;

/// Approves what the law takes as approved. Gives the number. What a certificate cannot be made of stays where it is, red
/// and known to the office above; it is tried less and less often.
pub(crate) async fn approve_tacitly(backend: &Backend) -> Result<u64, storage::Error> {
    let (mut all, mut after) = (0, (String::new(), CaseId(uuid::Uuid::nil())));
    loop {
        let now = backend.now();
        let page = case::tacit(&mut backend.db.read().await?, now, (&after.0, after.1), AT_ONCE).await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = (last.tacit_on.clone().unwrap_or_default(), last.id);
        for line in &page {
            match one(backend, line.id).await {
                Ok(()) => all += 1,
                Err(CaseError::Changed) => {}
                Err(CaseError::Storage(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(case = %line.id, %error, "a case is approved by law and cannot be closed");
                    postpone(backend, line).await?;
                }
            }
        }
    }
}

async fn postpone(backend: &Backend, line: &CaseLine) -> Result<(), storage::Error> {
    let now = backend.now();
    let since = line.tacit_on.as_deref().and_then(|day| day.parse().ok());
    let waited = since.map_or(0, |day| now.seconds_since(Timestamp::start_of_day_in_china(day)));
    let (id, until) = (line.id, now.plus_seconds((waited / 4).clamp(SOONEST, LATEST)));
    backend.db.write(move |tx| Box::pin(async move { case::postpone_tacit(tx, id, until).await })).await
}

async fn one(backend: &Backend, id: CaseId) -> Result<(), CaseError> {
    let job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&job, tx, id).await?;
                let today = job.now().date_in_china();
                let reached =
                    opened.reading(&job).and_then(|read| read.tacit_on).is_some_and(|on| today >= on);
                if !reached {
                    return Err(CaseError::Changed);
                }
                let step = |action, reason| Step { action, findings: None, reason };
                let mut opened = opened;
                if opened.row.state == CaseState::Submitted {
                    apply(&job, tx, &Actor::System, &opened, step(Action::Accept, None)).await?;
                    opened = load_to_change(&job, tx, id).await?;
                }
                apply(&job, tx, &Actor::System, &opened, step(Action::Approve, Some(Reason::Tacit))).await
            })
        })
        .await
}
