//! How much waits at a desk, counted once for all who listen there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::cases::CaseState;
use storage::cases::case;
use tokio::sync::OnceCell;

use super::{Listener, Subject};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::{COUNTED, Desk, handler_of};

/// What waits at a desk, in each state counted up to [`COUNTED`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub submitted: usize,
    pub accepted: usize,
    pub awaiting_payment: usize,
    pub supplementing: usize,
}

/// What was counted at the newest beat. As many as there are desks at which somebody heard of it.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<Newest>);

#[derive(Debug, Default)]
struct Newest {
    number: u64,
    desks: HashMap<Desk, Arc<OnceCell<Counts>>>,
}

impl Counted {
    /// Where the counts of a desk stand, or will: those of a change with this number or a later one.
    fn of(&self, desk: &Desk, number: u64) -> Arc<OnceCell<Counts>> {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.number < number {
            *newest = Newest { number, desks: HashMap::new() };
        }
        newest.desks.entry(desk.clone()).or_default().clone()
    }
}

impl Listener {
    /// What waits at the desk that is open, after what was told last; nothing for a case. One read for all who listen there.
    pub async fn counts(&self) -> Result<Option<Counts>, CaseError> {
        let Subject::Desk { desk, .. } = &self.subject else { return Ok(None) };
        handler_of(&self.actor, desk)?;
        let cell = self.backend.live.counted.of(desk, self.number);
        Ok(Some(*cell.get_or_try_init(|| count(&self.backend, desk)).await?))
    }
}

async fn count(backend: &Backend, desk: &Desk) -> Result<Counts, storage::Error> {
    let mut tx = backend.db.read().await?;
    let mut counts = Counts::default();
    for (state, count) in [
        (CaseState::Submitted, &mut counts.submitted),
        (CaseState::Accepted, &mut counts.accepted),
        (CaseState::AwaitingPayment, &mut counts.awaiting_payment),
        (CaseState::Supplementing, &mut counts.supplementing),
    ] {
        *count = case::waiting(&mut tx, desk, state, COUNTED).await?.len();
    }
    Ok(counts)
}
