//! Working days of the Chinese calendar.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Days that differ from the plain week, as the State Council announces them for each year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Mondays to Fridays without work (weekends inside a holiday may be listed too).
    pub off: BTreeSet<Date>,
    /// Saturdays and Sundays with work (调休).
    pub working: BTreeSet<Date>,
}

impl Calendar {
    pub fn merge(&mut self, year: Calendar) {
        self.off.extend(year.off);
        self.working.extend(year.working);
    }

    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.working.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    /// The last day of a limit of `days` working days that starts the day after `from` (民法典 第二百零一条: the first
    /// day is not counted). Zero days end on `from` itself.
    pub fn deadline(&self, from: Date, days: u16) -> Date {
        let mut day = from;
        let mut left = days;
        while left > 0 {
            let Ok(next) = day.tomorrow() else { return day };
            day = next;
            left -= u16::from(self.is_working(day));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn national_day_2026() -> Calendar {
        let day = |m, d| Date::constant(2026, m, d);
        Calendar { off: (1..=7).map(|d| day(10, d)).collect(), working: [day(9, 20), day(10, 10)].into() }
    }

    #[test]
    fn around_national_day() {
        let calendar = national_day_2026();
        let day = |m, d| Date::constant(2026, m, d);
        assert_eq!(calendar.deadline(day(9, 30), 1), day(10, 8));
        assert_eq!(calendar.deadline(day(9, 30), 3), day(10, 10));
        assert_eq!(calendar.deadline(day(9, 18), 1), day(9, 20));
        assert_eq!(calendar.deadline(day(10, 3), 0), day(10, 3));
    }

    proptest! {
        #[test]
        fn a_deadline_is_a_working_day_and_counts_right(offset in 0i32..900, days in 1u16..80) {
            let calendar = national_day_2026();
            let from = Date::constant(2025, 1, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
            let end = calendar.deadline(from, days);
            prop_assert!(calendar.is_working(end));
            let counted = from.series(jiff::Span::new().days(1)).skip(1).take_while(|d| *d <= end)
                .filter(|d| calendar.is_working(*d)).count();
            prop_assert_eq!(counted, usize::from(days));
        }
    }
}
