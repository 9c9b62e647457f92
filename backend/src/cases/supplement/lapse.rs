//! Closing cases whose applicants did not answer in time (逾期未补正).

use domain::cases::{Action, CaseState};
use domain::ids::CaseId;
use storage::cases::supplements;

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::decide::{Step, apply};
use crate::cases::load::load_to_change;
use crate::identity::Actor;

/// Cases looked at in one go.
const AT_ONCE: i64 = 50;

/// Closes what was not answered by its last day. Gives the number.
pub(crate) async fn lapse(backend: &Backend) -> Result<u64, storage::Error> {
    let mut all = 0;
    loop {
        let today = backend.now().date_in_china().to_string();
        let overdue = supplements::overdue(&mut backend.db.read().await?, &today, AT_ONCE).await?;
        let (found, mut closed) = (overdue.len() as i64, 0);
        for supplement in overdue {
            match close(backend, supplement.case_id).await {
                Ok(()) => closed += 1,
                // The answer came after all, or another process was here.
                Err(CaseError::Changed) => {}
                Err(CaseError::Storage(error)) => return Err(error),
                Err(error) => {
                    tracing::warn!(case = %supplement.case_id, %error, "an unanswered case was not closed");
                }
            }
        }
        all += closed;
        if found < AT_ONCE || closed == 0 {
            return Ok(all);
        }
    }
}

async fn close(backend: &Backend, id: CaseId) -> Result<(), CaseError> {
    let job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&job, tx, id).await?;
                let over = opened.asked.as_ref().is_some_and(|a| a.is_over(job.now().date_in_china()));
                if opened.row.state != CaseState::Supplementing || !over {
                    return Err(CaseError::Changed);
                }
                let step = Step { action: Action::Lapse, findings: None, reason: None };
                apply(&job, tx, &Actor::System, &opened, step).await
            })
        })
        .await
}
