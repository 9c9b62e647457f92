//! So many listeners at once, and so many of one person.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ids::StaffId;

/// Listeners of one member of staff: windows that are open side by side.
pub const MOST_OF_ONE: usize = 6;

/// There is no place for another listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many listen")]
pub struct Full;

#[derive(Debug)]
pub(super) struct Places {
    most: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_staff: HashMap<StaffId, usize>,
}

/// The place of one listener, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    staff: StaffId,
    taken: Arc<Mutex<Taken>>,
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Places {
    pub fn new(most: usize) -> Self {
        Places { most, taken: Arc::default() }
    }

    pub fn take(&self, staff: StaffId) -> Result<Place, Full> {
        let mut taken = lock(&self.taken);
        let own = taken.by_staff.get(&staff).copied().unwrap_or_default();
        if taken.all >= self.most || own >= MOST_OF_ONE {
            return Err(Full);
        }
        taken.all += 1;
        taken.by_staff.insert(staff, own + 1);
        Ok(Place { staff, taken: self.taken.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all -= 1;
        if let Some(own) = taken.by_staff.get_mut(&self.staff) {
            *own -= 1;
            if *own == 0 {
                taken.by_staff.remove(&self.staff);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use storage::testing::id;

    use super::*;

    #[test]
    fn one_person_has_a_share_and_all_have_a_bound() {
        let (places, me, other) = (Places::new(MOST_OF_ONE + 1), StaffId(id(1)), StaffId(id(2)));
        let mut mine: Vec<Place> = (0..MOST_OF_ONE).map(|_| places.take(me).unwrap()).collect();
        assert!(places.take(me).is_err(), "a share");
        let theirs = places.take(other).unwrap();
        assert!(places.take(other).is_err(), "all are taken");
        mine.pop();
        assert!(places.take(other).is_ok(), "and free at once");
        drop((mine, theirs));
        let taken = lock(&places.taken);
        assert!(taken.all == 0 && taken.by_staff.is_empty(), "nobody is remembered");
    }
}
