//! Stretches of days that figures are about, and how they are read from days and months.

use std::fmt;

use jiff::civil::Date;

use crate::time::{civil, days_between, plus_days, plus_months};

/// The most days that one look can be about.
pub const LONGEST: i64 = 366;
/// Up to so many days a chart has a bar for each.
const DAILY: i64 = 62;

/// From one day through another, `LONGEST` at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Date,
    through: Date,
}

/// Why something is no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    #[error("not a month, quarter or year, or not a day")]
    Malformed,
    #[error("the end is before the beginning")]
    Backwards,
    #[error("longer than {LONGEST} days")]
    TooLong,
}

/// What one counter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    Day,
    Month,
}

impl Grain {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Month => "month",
        }
    }

    /// The counter that a day falls into: `2026-11-23`, `2026-11`.
    pub fn of(self, day: Date) -> String {
        match self {
            Grain::Day => day.to_string(),
            Grain::Month => format!("{:04}-{:02}", day.year(), day.month()),
        }
    }
}

/// Counters of one grain, the first and the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub grain: Grain,
    pub first: String,
    pub last: String,
}

/// One step of a chart's axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub from: Date,
    pub through: Date,
}

impl Period {
    pub fn new(from: Date, through: Date) -> Result<Period, PeriodError> {
        let days = days_between(from, through) + 1;
        // Years of other than four digits do not sort as text.
        if !(1..=9999).contains(&from.year()) || !(1..=9999).contains(&through.year()) {
            return Err(PeriodError::Malformed);
        }
        match days {
            ..=0 => Err(PeriodError::Backwards),
            1..=LONGEST => Ok(Period { from, through }),
            _ => Err(PeriodError::TooLong),
        }
    }

    /// Reads `2026-11`, `2026-Q4` or `2026`.
    pub fn parse(text: &str) -> Result<Period, PeriodError> {
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        let number = |text: &str, digits| {
            let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
            if plain {
                text.parse::<i64>().map_err(|_| PeriodError::Malformed)
            } else {
                Err(PeriodError::Malformed)
            }
        };
        let year = number(year, 4)?;
        let (month, months) = match rest {
            None => (1, 12),
            Some(rest) => match rest.strip_prefix('Q') {
                Some(quarter) => (number(quarter, 1)? * 3 - 2, 3),
                None => (number(rest, 2)?, 1),
            },
        };
        let from = civil(year, month, 1).ok_or(PeriodError::Malformed)?;
        let through = plus_months(from, months).and_then(|next| plus_days(next, -1));
        Period::new(from, through.ok_or(PeriodError::Malformed)?)
    }

    /// The month of a day.
    pub fn month_of(day: Date) -> Period {
        Period { from: day.first_of_month(), through: day.last_of_month() }
    }

    pub fn from(&self) -> Date {
        self.from
    }

    pub fn through(&self) -> Date {
        self.through
    }

    pub fn contains(&self, day: Date) -> bool {
        (self.from..=self.through).contains(&day)
    }

    /// Every day, the first one first.
    pub fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let (from, count) = (self.from, days_between(self.from, self.through) + 1);
        (0..count).filter_map(move |n| plus_days(from, n))
    }

    /// The fewest counters that make up the period: whole months, and days before and after them.
    pub fn parts(&self) -> Vec<Part> {
        let part = |grain: Grain, from: Date, through: Date| Part {
            grain,
            first: grain.of(from),
            last: grain.of(through),
        };
        let first = match self.from.day() {
            1 => self.from,
            _ => match self.from.last_of_month().tomorrow() {
                Ok(next) => next,
                Err(_) => return vec![part(Grain::Day, self.from, self.through)],
            },
        };
        let whole = self.through == self.through.last_of_month();
        let last = if whole { Some(self.through) } else { self.through.first_of_month().yesterday().ok() };
        let Some(last) = last.filter(|last| *last > first) else {
            return vec![part(Grain::Day, self.from, self.through)];
        };
        let mut parts = Vec::new();
        if self.from < first {
            parts.extend(first.yesterday().ok().map(|before| part(Grain::Day, self.from, before)));
        }
        parts.push(part(Grain::Month, first, last));
        if last < self.through {
            parts.extend(last.tomorrow().ok().map(|after| part(Grain::Day, after, self.through)));
        }
        parts
    }

    /// The first and the last month that it touches.
    pub fn months(&self) -> (String, String) {
        (Grain::Month.of(self.from), Grain::Month.of(self.through))
    }

    /// The steps of a chart: days, or weeks from Monday to Sunday where there are too many.
    pub fn bars(&self) -> Vec<Bar> {
        let daily = days_between(self.from, self.through) < DAILY;
        let mut bars = Vec::new();
        let mut from = self.from;
        while from <= self.through {
            let ahead = if daily { 0 } else { 7 - i64::from(from.weekday().to_monday_one_offset()) };
            let through = plus_days(from, ahead).unwrap_or(self.through).min(self.through);
            bars.push(Bar { from, through });
            let Ok(next) = through.tomorrow() else { break };
            from = next;
        }
        bars
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.through)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_quarters_and_years_are_read() {
        let read = |text: &str| Period::parse(text).map(|period| period.to_string());
        assert_eq!(read("2026-11").as_deref(), Ok("2026-11-01..2026-11-30"));
        assert_eq!(read("2026-Q4").as_deref(), Ok("2026-10-01..2026-12-31"));
        assert_eq!(read("2028").as_deref(), Ok("2028-01-01..2028-12-31"), "366 days");
        for wrong in [
            "",
            "2026-",
            "2026-1",
            "2026-13",
            "2026-Q5",
            "2026-Q0",
            "26-11",
            "2026-11-01",
            "+026",
            "2026-Qx",
            "二〇二六",
            "0000",
        ] {
            assert_eq!(read(wrong), Err(PeriodError::Malformed), "{wrong}");
        }
        assert_eq!(Period::new(day("2026-11-02"), day("2026-11-01")), Err(PeriodError::Backwards));
        assert_eq!(Period::new(day("2026-01-01"), day("2027-01-02")), Err(PeriodError::TooLong));
    }

    #[test]
    fn a_long_chart_has_weeks() {
        let bars = Period::parse("2026-Q4").unwrap().bars();
        assert_eq!(bars.len(), 14);
        assert_eq!(
            (bars[0].from, bars[0].through),
            (day("2026-10-01"), day("2026-10-04")),
            "Thursday to Sunday"
        );
        assert_eq!(Period::parse("2026-11").unwrap().bars().len(), 30);
    }

    proptest! {
        #[test]
        fn parts_and_bars_hold_every_day_once(start in 0_i64..1200, length in 0_i64..LONGEST) {
            let from = plus_days(day("2025-01-01"), start).unwrap();
            let period = Period::new(from, plus_days(from, length).unwrap()).unwrap();
            let parts = period.parts();
            prop_assert!(parts.len() <= 3);
            for part in &parts {
                prop_assert!(part.first <= part.last);
            }
            // A month or two around.
            for around in -40..length + 40 {
                let day = plus_days(from, around).unwrap();
                let held = parts.iter().filter(|part| (&part.first..=&part.last).contains(&&part.grain.of(day))).count();
                prop_assert_eq!(held, usize::from(period.contains(day)), "{}", day);
                let bars = period.bars().iter().filter(|bar| (bar.from..=bar.through).contains(&day)).count();
                prop_assert_eq!(bars, usize::from(period.contains(day)));
            }
            let days: i64 = parts.iter().filter(|part| part.grain == Grain::Day).map(|part| {
                days_between(part.first.parse().unwrap(), part.last.parse().unwrap()) + 1
            }).sum();
            prop_assert!(days <= 61, "the rest is months: {}", days);
            prop_assert_eq!(period.days().count() as i64, length + 1);
        }
    }
}
