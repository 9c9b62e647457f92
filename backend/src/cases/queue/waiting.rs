//! Figures of the queue.

use domain::cases::CaseState;
use storage::cases::case;

use super::handler;
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Waiting cases are counted up to this many.
pub const COUNTED: i64 = 100;

/// What waits in a department. In each state at most [`COUNTED`] cases are looked at, the oldest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub submitted: usize,
    pub accepted: usize,
    pub awaiting_payment: usize,
    /// Past the promised day.
    pub overdue: usize,
    /// Promised for today.
    pub due_today: usize,
    /// Facts that matter for closing are pending.
    pub pending: usize,
}

/// What waits in the clerk's department.
pub async fn waiting(backend: &Backend, actor: &Actor) -> Result<Waiting, CaseError> {
    let staff = handler(actor)?;
    // Days are kept as `2026-11-23`, which sorts as they come.
    let today = backend.now().date_in_china().to_string();
    let mut tx = backend.db.read().await?;
    let mut sum = Waiting::default();
    for (state, count) in
        [(CaseState::Submitted, &mut sum.submitted), (CaseState::Accepted, &mut sum.accepted)]
    {
        let open = case::queue_due(&mut tx, &staff.department, state, COUNTED).await?;
        *count = open.len();
        let days = || open.iter().filter_map(|(day, _)| day.as_deref());
        sum.overdue += days().filter(|day| *day < today.as_str()).count();
        sum.due_today += days().filter(|day| *day == today).count();
        sum.pending += open.iter().filter(|(_, pending)| *pending > 0).count();
    }
    let state = CaseState::AwaitingPayment;
    sum.awaiting_payment = case::queue_length(&mut tx, &staff.department, state, COUNTED).await?;
    Ok(sum)
}
