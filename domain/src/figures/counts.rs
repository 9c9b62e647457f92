//! Counters that add up.

use std::ops::{AddAssign, SubAssign};

use super::closing::{Closing, Ending};
use super::days::Days;
use super::saved::minutes_saved;

/// What is counted of the cases of a place, a department, a service, a day, or of any sum of these. Shares of decided cases
/// have those as their whole, which the department decided: neither withdrawn nor lapsed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub received: i64,
    pub approved: i64,
    pub refused: i64,
    pub declined: i64,
    pub withdrawn: i64,
    pub lapsed: i64,
    /// Decided cases that kept the promised time.
    pub on_time: i64,
    /// Values of decided cases that registers filled in.
    pub filled: i64,
    /// Answers of decided cases that applicants gave.
    pub typed: i64,
    /// Decided cases without a visit to a counter.
    pub no_visit: i64,
    /// Documents that nobody had to bring.
    pub documents: i64,
    /// Minutes that they stand for.
    pub minutes: i64,
    /// Decided cases by working days.
    pub days: Days,
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub part: i64,
    pub whole: i64,
}

impl Share {
    /// In tenths of a percent, rounded down, so that 100 % means all; `None` of nothing.
    pub fn per_mille(self) -> Option<i64> {
        (self.whole > 0).then(|| self.part * 1000 / self.whole)
    }
}

impl Counts {
    /// A case that was filed.
    pub fn received() -> Counts {
        Counts { received: 1, ..Counts::default() }
    }

    /// A case that was closed.
    pub fn closed_case(case: &Closing) -> Counts {
        let mut counts = Counts::default();
        match case.ending {
            Ending::Approved => counts.approved = 1,
            Ending::Refused => counts.refused = 1,
            Ending::Declined => counts.declined = 1,
            Ending::Withdrawn => counts.withdrawn = 1,
            Ending::Lapsed => counts.lapsed = 1,
        }
        if case.ending.is_decided() {
            counts.on_time = i64::from(case.on_time);
            counts.filled = case.filled;
            counts.typed = case.typed;
            counts.no_visit = i64::from(case.no_visit);
            counts.documents = case.documents;
            counts.minutes = minutes_saved(case.documents, case.document_minutes);
            counts.days = Days::one(case.days);
        }
        counts
    }

    pub fn is_empty(&self) -> bool {
        *self == Counts::default()
    }

    pub fn decided(&self) -> i64 {
        self.approved + self.refused + self.declined
    }

    pub fn closed(&self) -> i64 {
        self.decided() + self.withdrawn + self.lapsed
    }

    pub fn on_time_share(&self) -> Share {
        Share { part: self.on_time, whole: self.decided() }
    }

    pub fn filled_share(&self) -> Share {
        Share { part: self.filled, whole: self.filled + self.typed }
    }

    pub fn no_visit_share(&self) -> Share {
        Share { part: self.no_visit, whole: self.decided() }
    }

    /// Whole hours, rounded down.
    pub fn hours_saved(&self) -> i64 {
        self.minutes / 60
    }

    fn each(&mut self, other: &Counts, apply: fn(&mut i64, i64)) {
        apply(&mut self.received, other.received);
        apply(&mut self.approved, other.approved);
        apply(&mut self.refused, other.refused);
        apply(&mut self.declined, other.declined);
        apply(&mut self.withdrawn, other.withdrawn);
        apply(&mut self.lapsed, other.lapsed);
        apply(&mut self.on_time, other.on_time);
        apply(&mut self.filled, other.filled);
        apply(&mut self.typed, other.typed);
        apply(&mut self.no_visit, other.no_visit);
        apply(&mut self.documents, other.documents);
        apply(&mut self.minutes, other.minutes);
    }
}

impl AddAssign<&Counts> for Counts {
    fn add_assign(&mut self, other: &Counts) {
        self.each(other, |sum, more| *sum += more);
        self.days += &other.days;
    }
}

impl SubAssign<&Counts> for Counts {
    fn sub_assign(&mut self, other: &Counts) {
        self.each(other, |sum, less| *sum -= less);
        self.days -= &other.days;
    }
}

impl<'a> std::iter::Sum<&'a Counts> for Counts {
    fn sum<I: Iterator<Item = &'a Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |mut sum, one| {
            sum += one;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn case() -> impl Strategy<Value = Closing> {
        let numbers = (0_u16..120, 0_i64..20, 0_i64..20, 0_i64..6, prop::option::of(0_u16..90));
        (prop::sample::select(Ending::ALL.to_vec()), numbers, any::<bool>(), any::<bool>()).prop_map(
            |(ending, (days, filled, typed, documents, document_minutes), on_time, no_visit)| Closing {
                ending,
                days,
                on_time,
                filled,
                typed,
                documents,
                document_minutes,
                no_visit,
            },
        )
    }

    fn sum(cases: &[Closing]) -> Counts {
        let all: Vec<Counts> = cases.iter().map(Counts::closed_case).collect();
        all.iter().sum()
    }

    #[test]
    fn shares_of_nothing_are_not_told() {
        assert_eq!(Counts::default().on_time_share().per_mille(), None);
        assert_eq!(Share { part: 2, whole: 3 }.per_mille(), Some(666));
        assert_eq!(Share { part: 3, whole: 3 }.per_mille(), Some(1000));
        assert_eq!(Share { part: 999_999, whole: 1_000_000 }.per_mille(), Some(999), "not all");
    }

    proptest! {
        #[test]
        fn sums_do_not_depend_on_how_they_are_made(a in prop::collection::vec(case(), 0..20), b in prop::collection::vec(case(), 0..20)) {
            let (mut left, mut right) = (sum(&a), sum(&b));
            left += &sum(&b);
            right += &sum(&a);
            let whole: Vec<Closing> = a.iter().chain(&b).cloned().collect();
            prop_assert_eq!(left, right);
            prop_assert_eq!(left, sum(&whole));
            left -= &sum(&b);
            prop_assert_eq!(left, sum(&a));
        }

        #[test]
        fn every_case_is_closed_once_and_parts_are_no_more_than_the_whole(cases in prop::collection::vec(case(), 0..30)) {
            let all = sum(&cases);
            prop_assert_eq!(all.closed(), cases.len() as i64);
            prop_assert_eq!(all.decided(), all.days.total());
            for share in [all.on_time_share(), all.filled_share(), all.no_visit_share()] {
                prop_assert!(0 <= share.part && share.part <= share.whole);
            }
            let given_up = cases.iter().filter(|case| !case.ending.is_decided());
            prop_assert_eq!(sum(&given_up.cloned().collect::<Vec<_>>()).minutes, 0, "nothing was saved for who gave up");
        }
    }
}
