//! What of many reviews is public, so that nobody can be recognised in it.
//!
//! A *cell* is one service of one department. Its reviews are published in **batches**: whole months that are over, as
//! many as it takes to have ten reviews. What is public is the sum of batches, and so is the difference of what was
//! public on two days: it never says anything about fewer than ten people. Figures of a department or of a service are
//! sums of published cells, so that taking the one from the other gives nothing away either.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Tag;
use super::tags::from_code;
use crate::cases::Calendar;
use crate::time::plus_months;

/// The fewest reviews that are shown together.
pub const LEAST: i64 = 10;
/// Months that the figures reach back.
pub const WINDOW: i64 = 12;

/// A month, `2026-11`: sorts in the order of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub String);

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Month {
        Month(format!("{:04}-{:02}", day.year(), day.month()))
    }

    /// The first month of the window that is seen on `today`.
    pub fn first_of_window(today: Date) -> Month {
        Month::of(plus_months(today, -WINDOW).unwrap_or(today))
    }

    /// The first month whose bad reviews may still be within their term on `today`.
    pub fn unsettled(calendar: &Calendar, today: Date) -> Month {
        // A term of fifteen working days is over after two months, whatever the holidays.
        let months = (0..=2).rev().filter_map(|back| plus_months(today.first_of_month(), -back));
        let mut months = months.filter(|first| {
            let last = first.last_of_month();
            super::Deadlines::from(calendar, last).answer_by >= today
        });
        Month::of(months.next().unwrap_or(today))
    }
}

/// Counters of one cell in one month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Monthly {
    /// By [`Grade::index`](super::Grade::index).
    pub grades: [i64; 5],
    /// Bad reviews that were answered, and those of them in time.
    pub answered: i64,
    pub in_time: i64,
    pub tags: BTreeMap<String, i64>,
}

impl Monthly {
    pub fn total(&self) -> i64 {
        self.grades.iter().sum()
    }

    /// 差评
    pub fn bad(&self) -> i64 {
        self.grades[3] + self.grades[4]
    }

    fn add(&mut self, other: &Monthly) {
        for (mine, others) in self.grades.iter_mut().zip(other.grades) {
            *mine += others;
        }
        self.answered += other.answered;
        self.in_time += other.in_time;
        for (tag, count) in &other.tags {
            *self.tags.entry(tag.clone()).or_default() += count;
        }
    }
}

/// What is public about one cell, or about several together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// By [`Grade::index`](super::Grade::index). All zero: fewer than ten.
    pub grades: [i64; 5],
    /// Bad reviews whose term is over, how many of them were answered, and how many in time.
    pub settled: i64,
    pub answered: i64,
    pub in_time: i64,
    pub tags: BTreeMap<String, i64>,
}

impl Published {
    pub fn total(&self) -> i64 {
        self.grades.iter().sum()
    }

    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// Together with what is public about another cell.
    pub fn add(&mut self, other: &Published) {
        for (mine, others) in self.grades.iter_mut().zip(other.grades) {
            *mine += others;
        }
        self.settled += other.settled;
        self.answered += other.answered;
        self.in_time += other.in_time;
        for (tag, count) in &other.tags {
            *self.tags.entry(tag.clone()).or_default() += count;
        }
    }

    /// Share of a grade in percent, rounded; shares may sum up to 99 or 101.
    pub fn percent(&self, index: usize) -> i64 {
        percent(self.grades[index], self.total()).unwrap_or(0)
    }

    /// Share of the three good grades in percent.
    pub fn satisfied(&self) -> Option<i64> {
        percent(self.grades[..3].iter().sum(), self.total())
    }

    /// Reply rate in percent; `None` where nothing had to be answered.
    pub fn reply_rate(&self) -> Option<i64> {
        percent(self.answered, self.settled)
    }

    /// Share of bad reviews that were answered in time, in percent.
    pub fn in_time_rate(&self) -> Option<i64> {
        percent(self.in_time, self.settled)
    }

    /// The tags that were ticked at least ten times, the most frequent first.
    pub fn top_tags(&self, most: usize) -> Vec<(Tag, i64)> {
        let known = self.tags.iter().filter_map(|(code, count)| Some((from_code(code)?, *count)));
        let mut tags: Vec<(Tag, i64)> = known.filter(|(_, count)| *count >= LEAST).collect();
        tags.sort_by_key(|(tag, count)| (std::cmp::Reverse(*count), *tag));
        tags.truncate(most);
        tags
    }
}

fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 200 + whole) / (whole * 2))
}

/// What is public about one cell on `today`, of the counters of all its months.
pub fn publish(months: &BTreeMap<Month, Monthly>, calendar: &Calendar, today: Date) -> Published {
    let (current, first) = (Month::of(today), Month::first_of_window(today));
    let unsettled = Month::unsettled(calendar, today);
    let mut published = Published::default();
    let (mut batch, mut settled) = (Monthly::default(), Monthly::default());
    for (month, counted) in months.range(..current) {
        batch.add(counted);
        if *month < unsettled {
            settled.add(counted);
        }
        if batch.total() < LEAST {
            continue;
        }
        // A batch is in the window as a whole or not at all.
        if *month >= first {
            published.add(&Published {
                grades: batch.grades,
                settled: settled.bad(),
                answered: settled.answered,
                in_time: settled.in_time,
                tags: std::mem::take(&mut batch.tags),
            });
        }
        (batch, settled) = Default::default();
    }
    published
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(grades: [i64; 5]) -> Monthly {
        Monthly { grades, ..Monthly::default() }
    }

    fn months(of: &[(&str, [i64; 5])]) -> BTreeMap<Month, Monthly> {
        of.iter().map(|(month, grades)| (Month((*month).into()), counted(*grades))).collect()
    }

    fn on(months: &BTreeMap<Month, Monthly>, today: Date) -> Published {
        publish(months, &Calendar::default(), today)
    }

    const DAY: Date = Date::constant(2026, 11, 28);

    #[test]
    fn fewer_than_ten_are_not_shown_and_wait_for_more() {
        let nine = months(&[("2026-09", [5, 2, 1, 0, 1])]);
        assert!(on(&nine, DAY).is_empty());
        let more = months(&[("2026-09", [5, 2, 1, 0, 1]), ("2026-10", [1, 0, 0, 0, 0])]);
        assert_eq!(on(&more, DAY).grades, [6, 2, 1, 0, 1], "both months together");
        let then = months(&[("2026-09", [10, 0, 0, 0, 0]), ("2026-10", [0, 0, 0, 0, 1])]);
        assert_eq!(on(&then, DAY).grades, [10, 0, 0, 0, 0], "the one waits");
    }

    #[test]
    fn the_month_at_hand_is_not_shown() {
        let months = months(&[("2026-11", [100, 0, 0, 0, 0])]);
        assert!(on(&months, DAY).is_empty());
        assert_eq!(on(&months, Date::constant(2026, 12, 1)).total(), 100);
    }

    #[test]
    fn what_is_older_than_a_year_goes_as_a_whole() {
        let months = months(&[
            ("2025-10", [9, 0, 0, 0, 0]),
            ("2025-11", [2, 0, 0, 0, 0]),
            ("2026-01", [10, 0, 0, 0, 0]),
        ]);
        assert_eq!(on(&months, DAY).total(), 21);
        assert_eq!(on(&months, Date::constant(2026, 12, 1)).total(), 10);
    }

    #[test]
    fn rates_are_about_terms_that_are_over() {
        let mut months = months(&[("2026-09", [6, 0, 0, 3, 1]), ("2026-11", [7, 0, 0, 4, 0])]);
        for counted in months.values_mut() {
            (counted.answered, counted.in_time) = (3, 2);
        }
        let published = on(&months, Date::constant(2026, 12, 10));
        assert_eq!((published.total(), published.settled), (21, 4), "November is still in its term");
        assert_eq!((published.reply_rate(), published.in_time_rate()), (Some(75), Some(50)));
        assert_eq!(on(&BTreeMap::new(), DAY).reply_rate(), None);
        assert_eq!(published.satisfied(), Some(62));
    }

    #[test]
    fn only_frequent_tags_are_shown() {
        let mut months = months(&[("2026-10", [30, 0, 0, 0, 0])]);
        let tags = [("quick", 12), ("polite", 20), ("clear", 9), ("no-such", 30)];
        months.values_mut().next().unwrap().tags = tags.map(|(tag, n)| (tag.to_owned(), n)).into();
        assert_eq!(on(&months, DAY).top_tags(5), [("polite", 20), ("quick", 12)]);
    }

    proptest! {
        /// On any two days: what is public differs by nobody, or by ten people or more in each direction.
        #[test]
        fn no_two_days_tell_about_fewer_than_ten(
            counts in proptest::collection::vec(0_i64..14, 30),
            one in 0_i64..1000,
            days in 1_i64..400,
        ) {
            let first = Date::constant(2025, 1, 15);
            let months: BTreeMap<Month, Monthly> = counts.iter().zip(0..)
                .map(|(count, n)| (Month::of(plus_months(first, n).unwrap()), counted([*count, 0, 0, 0, 0])))
                .collect();
            // Each month has people of its own: which months are in the figures of a day?
            let shown = |today: Date| -> Vec<(Month, i64)> {
                months.keys().filter_map(|month| {
                    let mut marked = months.clone();
                    let count = marked[month].grades[0];
                    let counted = marked.get_mut(month).unwrap();
                    counted.grades = [0, count, 0, 0, 0];
                    (on(&marked, today).grades[1] > 0).then(|| (month.clone(), count))
                }).collect()
            };
            let today = crate::time::plus_days(first, one).unwrap();
            let later = crate::time::plus_days(today, days).unwrap();
            let (before, after) = (shown(today), shown(later));
            for (some, others) in [(&before, &after), (&after, &before)] {
                let only: i64 = some.iter().filter(|m| !others.contains(m)).map(|(_, count)| count).sum();
                prop_assert!(only == 0 || only >= LEAST, "{only}");
            }
        }
    }
}
