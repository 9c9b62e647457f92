//! The clock of a case as it is kept: what happened to it, and the dates read from that by today's calendar.

use domain::cases::{CaseState, Clock, Reading};
use domain::time::Timestamp;
use storage::cases::case::Clocked;

use super::load::Opened;
use crate::Backend;

/// The clock with its dates.
pub(crate) fn clocked(backend: &Backend, clock: Clock) -> Clocked {
    let calendar = &backend.organisation.current().calendar;
    let read = clock.read(calendar, backend.now().date_in_china());
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    Clocked {
        due_on: day(read.due_on),
        yellow_on: day(read.yellow_on),
        red_on: day(read.red_on),
        statutory_on: day(read.statutory_on),
        tacit_on: day(read.tacit_on),
        calmed_to: read.light as i64,
        clock: Some(clock),
    }
}

/// The clock that starts when a case waits for a person, from `at` on.
pub(crate) fn started(opened: &Opened, at: Timestamp) -> Clock {
    Clock::start(&opened.service.definition.time_limit, at.date_in_china())
}

impl Opened {
    /// The clock of a case that waits for a person. One that was filed before clocks were kept started when it was filed.
    pub fn clock(&self) -> Option<Clock> {
        let waits = !matches!(self.row.state, CaseState::Draft | CaseState::AwaitingPayment);
        let kept = self.row.clock.clone();
        kept.or_else(|| {
            self.row.submitted_at.filter(|_| waits && !self.row.state.is_closed()).map(|at| started(self, at))
        })
    }

    /// The clock, read now.
    pub fn reading(&self, backend: &Backend) -> Option<Reading> {
        let calendar = &backend.organisation.current().calendar;
        self.clock().map(|clock| clock.read(calendar, backend.now().date_in_china()))
    }
}
