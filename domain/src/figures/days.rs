//! How long cases took: a histogram of working days in fixed buckets, and percentiles read from it.

use std::ops::{AddAssign, SubAssign};

/// The last day of each bucket but the one after them, which has no end.
pub const BOUNDS: [u16; 14] = [0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90];
/// How many buckets there are.
pub const BUCKETS: usize = BOUNDS.len() + 1;

/// Cases by the working days they took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days(pub [i64; BUCKETS]);

/// What a histogram knows of a percentile. Exact up to five days and without an upper end beyond ninety; in between
/// `at_most` is less than half above `at_least`, and so never half above the true value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percentile {
    pub at_least: u16,
    /// `None` beyond the last bound.
    pub at_most: Option<u16>,
}

impl Percentile {
    pub fn is_exact(self) -> bool {
        self.at_most == Some(self.at_least)
    }
}

/// The bucket of so many working days.
fn bucket(days: u16) -> usize {
    BOUNDS.partition_point(|bound| *bound < days)
}

impl Days {
    /// One case that took so many working days.
    pub fn one(days: u16) -> Days {
        let mut all = Days::default();
        all.0[bucket(days)] = 1;
        all
    }

    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    /// First and last day of a bucket.
    pub fn range(bucket: usize) -> (u16, Option<u16>) {
        let first =
            bucket.checked_sub(1).and_then(|before| BOUNDS.get(before)).map_or(0, |before| before + 1);
        (first, BOUNDS.get(bucket).copied())
    }

    /// The days within which `percent` of 100 cases were closed, by nearest rank; `None` where there is no case.
    pub fn percentile(&self, percent: u8) -> Option<Percentile> {
        let total = self.total();
        if total <= 0 {
            return None;
        }
        let rank = ((total * i64::from(percent.min(100)) + 99) / 100).max(1);
        let mut seen = 0;
        let found = self.0.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        let (at_least, at_most) = Days::range(found);
        Some(Percentile { at_least, at_most })
    }
}

impl AddAssign<&Days> for Days {
    fn add_assign(&mut self, other: &Days) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}

impl SubAssign<&Days> for Days {
    fn sub_assign(&mut self, other: &Days) {
        for (sum, less) in self.0.iter_mut().zip(other.0) {
            *sum -= less;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(days: &[u16]) -> Days {
        let mut all = Days::default();
        for day in days {
            all += &Days::one(*day);
        }
        all
    }

    /// Nearest rank on the days themselves.
    fn exact(days: &[u16], percent: u8) -> Option<u16> {
        let mut sorted = days.to_vec();
        sorted.sort_unstable();
        let rank = (sorted.len() * usize::from(percent)).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }

    #[test]
    fn buckets_follow_each_other_without_gaps() {
        assert_eq!(Days::range(0), (0, Some(0)));
        assert_eq!(Days::range(6), (6, Some(7)));
        assert_eq!(Days::range(BUCKETS - 1), (91, None));
        for day in 0..200 {
            let holding: Vec<usize> = (0..BUCKETS)
                .filter(|b| {
                    let (first, last) = Days::range(*b);
                    day >= first && last.is_none_or(|last| day <= last)
                })
                .collect();
            assert_eq!(holding, [bucket(day)], "day {day}");
        }
    }

    #[test]
    fn percentiles_of_a_few() {
        assert_eq!(Days::default().percentile(50), None);
        let few = of(&[0, 1, 1, 3, 12]);
        assert_eq!(few.percentile(50), Some(Percentile { at_least: 1, at_most: Some(1) }));
        assert_eq!(few.percentile(90), Some(Percentile { at_least: 11, at_most: Some(15) }));
        assert_eq!(of(&[400]).percentile(50), Some(Percentile { at_least: 91, at_most: None }));
    }

    fn days() -> impl Strategy<Value = Vec<u16>> {
        prop::collection::vec(prop_oneof![0_u16..8, 0_u16..130], 0..60)
    }

    proptest! {
        #[test]
        fn adding_is_associative_and_the_order_does_not_matter(a in days(), b in days(), c in days()) {
            let (x, y, z) = (of(&a), of(&b), of(&c));
            let mut left = x;
            left += &y;
            left += &z;
            let mut inner = z;
            inner += &y;
            let mut right = inner;
            right += &x;
            prop_assert_eq!(left, right);
            left -= &z;
            left -= &y;
            prop_assert_eq!(left, x);
        }

        #[test]
        fn percentiles_of_what_was_added_up_are_those_of_the_whole(a in days(), b in days(), percent in 1_u8..=100) {
            let mut merged = of(&a);
            merged += &of(&b);
            let whole: Vec<u16> = a.iter().chain(&b).copied().collect();
            prop_assert_eq!(merged, of(&whole));
            prop_assert_eq!(merged.percentile(percent), of(&whole).percentile(percent));
            match (merged.percentile(percent), exact(&whole, percent)) {
                (None, None) => {}
                (Some(known), Some(truth)) => {
                    prop_assert!(known.at_least <= truth && known.at_most.is_none_or(|most| truth <= most));
                    if let Some(most) = known.at_most {
                        prop_assert!(most < 6 || u32::from(most) * 2 < u32::from(truth) * 3, "{} of {}", most, truth);
                        prop_assert!(most > 5 || known.is_exact());
                    }
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
