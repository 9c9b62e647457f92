//! The end of a service: until when one can apply for it, and what comes after.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::time::plus_days;

/// The longest time after the last day in which drafts can still be filed, in days.
pub const MAX_GRACE_DAYS: u16 = 90;

/// When a service ends (停办). All days are days in China.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retirement {
    /// The last day on which an application can be begun.
    pub last_day: Date,
    /// For so many days after it a draft that was begun in time can still be filed.
    pub grace_days: u16,
    /// Code of the service that takes its place.
    pub successor: Option<String>,
}

impl Retirement {
    /// The last day on which a draft can be filed.
    pub fn filing_ends(&self) -> Date {
        plus_days(self.last_day, i64::from(self.grace_days)).unwrap_or(self.last_day)
    }

    /// Whether one can apply on this day: the last one counts.
    pub fn may_begin(&self, today: Date) -> bool {
        today <= self.last_day
    }

    /// Whether a draft that was begun in time can be filed on this day.
    pub fn may_file(&self, today: Date) -> bool {
        today <= self.filing_ends()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_days_count() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let ends = Retirement { last_day: day("2027-03-31"), grace_days: 7, successor: None };
        assert!(ends.may_begin(day("2027-03-31")) && !ends.may_begin(day("2027-04-01")));
        assert_eq!(ends.filing_ends(), day("2027-04-07"));
        assert!(ends.may_file(day("2027-04-07")) && !ends.may_file(day("2027-04-08")));
        let at_once = Retirement { grace_days: 0, ..ends };
        assert!(at_once.may_file(day("2027-03-31")) && !at_once.may_file(day("2027-04-01")));
    }

    proptest! {
        #[test]
        fn who_may_begin_may_file(last in -400_i64..400, grace in 0..=MAX_GRACE_DAYS, today in -400_i64..500) {
            let base = Date::constant(2027, 3, 31);
            let (last_day, today) = (plus_days(base, last).unwrap(), plus_days(base, today).unwrap());
            let ends = Retirement { last_day, grace_days: grace, successor: None };
            prop_assert!(!ends.may_begin(today) || ends.may_file(today));
            prop_assert_eq!(ends.may_file(today), today <= plus_days(last_day, i64::from(grace)).unwrap());
        }
    }
}
