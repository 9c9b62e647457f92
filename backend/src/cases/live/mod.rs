//! What changes while somebody looks: a process reads the newest changes of filed cases every few seconds, once for
//! everybody, and tells those who have a list or a case open. Several processes on one database each read for themselves.

mod counts;
mod listen;
mod look;
mod places;

pub use counts::Counts;
pub use listen::{Listener, News, Subject, listen};
pub use places::{Full, MOST_OF_ONE};

use std::collections::{HashMap, VecDeque};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use storage::cases::changes::Change;
use tokio::sync::{Mutex, watch};

use counts::Counted;
use look::Looked;
use places::Places;

/// Listeners of one process, unless it is told otherwise.
const LISTENERS: usize = 1_000;
/// Between two signs of life to a listener. Each time its session is looked at again.
const PULSE: Duration = Duration::from_secs(20);
/// Changes that are remembered.
const REMEMBERED: usize = 5_000;

/// What a process knows of changes, and who listens.
#[derive(Debug)]
pub struct Live {
    known: RwLock<Known>,
    /// Where the last look ended; held while one goes on.
    looked: Mutex<Option<Looked>>,
    beat: watch::Sender<Beat>,
    /// What waits where somebody listens.
    counted: Counted,
    places: Places,
    pulse: Duration,
}

/// How far things have come.
#[derive(Clone, Copy, Debug, Default)]
struct Beat {
    number: u64,
    closed: bool,
}

/// Changes by number, in the order they were noticed.
#[derive(Debug, Default)]
struct Known {
    changes: VecDeque<Noticed>,
    /// The number of the last one.
    number: u64,
    /// After this instant every change is among them; none before the first look.
    complete_from: Option<Timestamp>,
    /// Where each case among them was last.
    last: HashMap<CaseId, (CaseState, RegionCode)>,
}

#[derive(Debug)]
struct Noticed {
    number: u64,
    change: Change,
    /// It came into its state, or to its office, by this change, as far as is known.
    arrived: bool,
}

impl Known {
    fn add(&mut self, change: Change) {
        self.number += 1;
        let stands = (change.state, change.place);
        let arrived = self.last.insert(change.id, stands) != Some(stands);
        self.changes.push_back(Noticed { number: self.number, change, arrived });
        while self.changes.len() > REMEMBERED {
            let Some(old) = self.changes.pop_front() else { break };
            self.complete_from = self.complete_from.max(Some(old.change.changed_at));
            if self.changes.iter().all(|later| later.change.id != old.change.id) {
                self.last.remove(&old.change.id);
            }
        }
    }

    /// Those with a number after `number`.
    fn after(&self, number: u64) -> impl Iterator<Item = &Noticed> {
        let from = self.changes.partition_point(|noticed| noticed.number <= number);
        self.changes.range(from..)
    }
}

impl Default for Live {
    fn default() -> Self {
        Live::new(LISTENERS)
    }
}

impl Live {
    /// For so many listeners at once.
    pub fn new(listeners: usize) -> Self {
        Live {
            known: RwLock::default(),
            looked: Mutex::default(),
            beat: watch::Sender::default(),
            counted: Counted::default(),
            places: Places::new(listeners),
            pulse: PULSE,
        }
    }

    /// With another time between two signs of life.
    pub fn with_pulse(self, pulse: Duration) -> Self {
        Live { pulse, ..self }
    }

    /// Lets everybody go: the process ends.
    pub fn close(&self) {
        self.beat.send_modify(|beat| beat.closed = true);
    }

    fn known(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use storage::testing::{at, id};

    use super::*;

    fn change(n: u128, seconds: i64, state: CaseState) -> Change {
        Change {
            id: CaseId(id(n)),
            department: "health".into(),
            place: "330106".parse().unwrap(),
            state,
            version: seconds,
            submitted_at: at(0),
            changed_at: at(seconds),
            held_by: None,
        }
    }

    #[test]
    fn what_is_forgotten_is_known_to_be() {
        let mut known = Known { complete_from: Some(Timestamp::MIN), ..Known::default() };
        for n in 0..REMEMBERED as i64 + 10 {
            known.add(change(n as u128, n, CaseState::Submitted));
        }
        assert_eq!(known.changes.len(), REMEMBERED);
        assert_eq!(known.last.len(), REMEMBERED);
        assert_eq!(known.complete_from, Some(at(9)));
        assert_eq!(known.after(known.number - 3).count(), 3);
        assert_eq!(known.after(0).count(), REMEMBERED);
        assert_eq!(known.after(known.number).count(), 0);
    }

    #[test]
    fn arriving_is_told_from_changing() {
        let mut known = Known::default();
        for (seconds, state) in
            [(1, CaseState::Submitted), (2, CaseState::Submitted), (3, CaseState::Accepted)]
        {
            known.add(change(1, seconds, state));
        }
        let elsewhere = Change { place: "330105".parse().unwrap(), ..change(1, 4, CaseState::Accepted) };
        known.add(elsewhere);
        let arrived: Vec<bool> = known.changes.iter().map(|noticed| noticed.arrived).collect();
        assert_eq!(arrived, [true, false, true, true]);
    }
}
