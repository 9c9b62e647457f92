//! Figures of the queue.

use domain::cases::CaseState;
use storage::cases::case;

use super::{Desk, handler_of};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Waiting cases are counted up to this many.
pub const COUNTED: i64 = 100;

/// What waits at a desk. In each state at most [`COUNTED`] cases are looked at, the oldest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub submitted: usize,
    pub accepted: usize,
    pub awaiting_payment: usize,
    pub supplementing: usize,
    /// Late: the light is red.
    pub red: usize,
    /// A third of the time is left, or less.
    pub yellow: usize,
    /// Promised for today.
    pub due_today: usize,
    /// Facts that matter for closing are pending.
    pub pending: usize,
    /// In this clerk's hands.
    pub mine: usize,
}

/// What waits at a desk of the clerk.
pub async fn waiting(backend: &Backend, actor: &Actor, desk: &Desk) -> Result<Waiting, CaseError> {
    let staff = handler_of(actor, desk)?.id;
    let now = backend.now();
    // Days are kept as `2026-11-23`, which sorts as they come.
    let today = now.date_in_china().to_string();
    let mut tx = backend.db.read().await?;
    let mut sum = Waiting::default();
    let reached = |day: &Option<String>| day.as_deref().is_some_and(|day| day <= today.as_str());
    for (state, count) in
        [(CaseState::Submitted, &mut sum.submitted), (CaseState::Accepted, &mut sum.accepted)]
    {
        let open = case::waiting(&mut tx, desk, state, COUNTED).await?;
        *count = open.len();
        for line in &open {
            sum.red += usize::from(reached(&line.red_on));
            sum.yellow += usize::from(reached(&line.yellow_on) && !reached(&line.red_on));
            sum.due_today += usize::from(line.due_on.as_deref() == Some(&today));
            sum.pending += usize::from(line.pending_facts > 0);
            let held = line.held_until.is_some_and(|until| until > now);
            sum.mine += usize::from(held && line.held_by == Some(staff));
        }
    }
    for (state, count) in [
        (CaseState::AwaitingPayment, &mut sum.awaiting_payment),
        (CaseState::Supplementing, &mut sum.supplementing),
    ] {
        *count = case::waiting(&mut tx, desk, state, COUNTED).await?.len();
    }
    Ok(sum)
}
