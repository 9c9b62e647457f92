//! Working days of the Chinese calendar.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Days of one year that differ from the plain week, as the State Council announces them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// Mondays to Fridays without work (weekends inside a holiday may be listed too).
    pub off: BTreeSet<Date>,
    /// Saturdays and Sundays with work (调休).
    pub working: BTreeSet<Date>,
}

/// Why the days of a year cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("{0} is not a day of the year")]
    OtherYear(Date),
    #[error("{0} is listed as a holiday and as a working day")]
    Both(Date),
    #[error("{0} is listed as a working day, and is no Saturday or Sunday")]
    NoWeekend(Date),
}

/// The years that were announced. In others every Monday to Friday is taken for a working day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, CalendarYear>,
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

impl Calendar {
    /// Adds a year, or replaces what was known of it.
    pub fn add(&mut self, year: i16, days: CalendarYear) -> Result<(), CalendarError> {
        let listed = || days.off.iter().chain(&days.working);
        if let Some(day) = listed().find(|day| day.year() != year) {
            return Err(CalendarError::OtherYear(*day));
        }
        if let Some(day) = days.working.iter().find(|day| days.off.contains(day)) {
            return Err(CalendarError::Both(*day));
        }
        if let Some(day) = days.working.iter().find(|day| !is_weekend(**day)) {
            return Err(CalendarError::NoWeekend(*day));
        }
        self.years.insert(year, days);
        Ok(())
    }

    /// Years whose holidays are known, oldest first.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.keys().copied()
    }

    /// Whether the holidays of all these days are known; where not, weekends are all that is assumed.
    pub fn knows(&self, from: Date, through: Date) -> bool {
        (from.year()..=through.year()).all(|year| self.years.contains_key(&year))
    }

    pub fn is_working(&self, day: Date) -> bool {
        match self.years.get(&day.year()) {
            Some(year) => year.working.contains(&day) || (!is_weekend(day) && !year.off.contains(&day)),
            None => !is_weekend(day),
        }
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

    /// How many working days there are after `from`, through `to`; none when `to` is not later.
    pub fn working_days(&self, from: Date, to: Date) -> u16 {
        let (mut day, mut count) = (from, 0_u16);
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count = count.saturating_add(u16::from(self.is_working(day)));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn national_day_2026() -> Calendar {
        let day = |m, d| Date::constant(2026, m, d);
        let year = CalendarYear {
            off: (1..=7).map(|d| day(10, d)).collect(),
            working: [day(9, 20), day(10, 10)].into(),
        };
        let mut calendar = Calendar::default();
        calendar.add(2026, year).unwrap();
        calendar
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

    #[test]
    fn an_unknown_year_has_weekends_only_and_says_so() {
        let calendar = national_day_2026();
        let day = Date::constant;
        assert!(calendar.knows(day(2026, 1, 1), day(2026, 12, 31)));
        assert!(!calendar.knows(day(2026, 12, 31), day(2027, 1, 1)));
        assert!(calendar.is_working(day(2027, 10, 1)), "a Friday");
        assert!(!calendar.is_working(day(2027, 10, 2)));
    }

    #[test]
    fn a_year_that_contradicts_itself_is_refused() {
        let day = Date::constant;
        let year = |off: &[Date], working: &[Date]| CalendarYear {
            off: off.iter().copied().collect(),
            working: working.iter().copied().collect(),
        };
        let add = |year| Calendar::default().add(2026, year);
        assert_eq!(add(year(&[day(2027, 1, 1)], &[])), Err(CalendarError::OtherYear(day(2027, 1, 1))));
        let saturday = day(2026, 10, 10);
        assert_eq!(add(year(&[saturday], &[saturday])), Err(CalendarError::Both(saturday)));
        let monday = day(2026, 10, 12);
        assert_eq!(add(year(&[], &[monday])), Err(CalendarError::NoWeekend(monday)));
    }

    proptest! {
        #[test]
        fn a_deadline_is_a_working_day_and_counts_right(offset in 0i32..900, days in 1u16..80) {
            let calendar = national_day_2026();
            let from = Date::constant(2025, 1, 1).checked_add(jiff::Span::new().days(offset)).unwrap();
            let end = calendar.deadline(from, days);
            prop_assert!(calendar.is_working(end));
            prop_assert_eq!(calendar.working_days(from, end), days);
            let counted = from.series(jiff::Span::new().days(1)).skip(1).take_while(|d| *d <= end)
                .filter(|d| calendar.is_working(*d)).count();
            prop_assert_eq!(counted, usize::from(days));
        }
    }
}
