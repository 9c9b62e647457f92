//! What a closed case adds to the figures.

use crate::cases::EventKind;

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    Approved,
    Refused,
    /// Not accepted.
    Declined,
    Withdrawn,
    /// What was asked for did not come.
    Lapsed,
}

impl Ending {
    pub const ALL: [Ending; 5] =
        [Ending::Approved, Ending::Refused, Ending::Declined, Ending::Withdrawn, Ending::Lapsed];

    /// The ending that an event tells of.
    pub fn of(event: EventKind) -> Option<Ending> {
        match event {
            EventKind::Approved => Some(Ending::Approved),
            EventKind::Refused => Some(Ending::Refused),
            EventKind::Declined => Some(Ending::Declined),
            EventKind::Withdrawn => Some(Ending::Withdrawn),
            EventKind::Lapsed => Some(Ending::Lapsed),
            _ => None,
        }
    }

    /// The department decided; the applicant did not give up.
    pub fn is_decided(self) -> bool {
        matches!(self, Ending::Approved | Ending::Refused | Ending::Declined)
    }

    /// Has a reason.
    pub fn is_refusal(self) -> bool {
        matches!(self, Ending::Refused | Ending::Declined)
    }
}

/// A closed case, as far as figures look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub ending: Ending,
    /// Working days from filing to closing, the first day not counted: as the applicant waited.
    pub days: u16,
    /// The promised time was kept, by its clock: without the days on which it waited for the applicant.
    pub on_time: bool,
    /// Values that registers filled in and nobody objected to.
    pub filled: i64,
    /// Answers that the applicant gave.
    pub typed: i64,
    /// Registers that answered: documents nobody had to bring.
    pub documents: i64,
    /// Minutes that each counts for; `None` for the usual ones.
    pub document_minutes: Option<u16>,
    /// The applicant never had to come to a counter.
    pub no_visit: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_that_close_what_was_filed_are_its_endings() {
        let ends = EventKind::ALL.into_iter().filter(|kind| Ending::of(*kind).is_some());
        let ends: Vec<EventKind> = ends.collect();
        assert_eq!(ends.len(), Ending::ALL.len());
        assert!(ends.iter().all(|kind| kind.state().is_some_and(crate::cases::CaseState::is_closed)));
        assert!(Ending::ALL.into_iter().all(|e| e.is_decided() || !e.is_refusal()));
    }
}
