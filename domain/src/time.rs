//! Instants and calendar days. Nothing here reads a clock: the time is always a parameter.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Chinese standard time is UTC+08:00 all year.
const CHINA_OFFSET_SECONDS: i32 = 8 * 3600;

/// An instant in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 9999-12-30T00:00:00Z; later instants have no fixed-width text.
    pub const MAX: Timestamp = Timestamp(253_402_128_000_000_000);
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Timestamp = Timestamp(-62_135_596_800_000_000);

    /// From microseconds since the epoch, clamped to the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Self {
        Timestamp(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    pub fn as_micros(self) -> i64 {
        self.0
    }

    pub fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Whole seconds from `earlier` to `self`; negative when `self` is earlier.
    pub fn seconds_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0).div_euclid(1_000_000)
    }

    fn jiff(self) -> jiff::Timestamp {
        // Cannot fail: construction clamps to a range inside jiff's.
        jiff::Timestamp::from_microsecond(self.0).unwrap_or_default()
    }

    fn china(self) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::constant((CHINA_OFFSET_SECONDS / 3600) as i8);
        offset.to_datetime(self.jiff())
    }

    /// The calendar day in China.
    pub fn date_in_china(self) -> Date {
        self.china().date()
    }

    /// `2026-11-23 09:41`, Chinese standard time, to show to people.
    pub fn display_minutes(self) -> String {
        let t = self.china();
        format!("{} {:02}:{:02}", t.date(), t.hour(), t.minute())
    }

    /// RFC 3339 in UTC with microseconds, always 27 characters: sorts as text in the order of time.
    pub fn to_rfc3339(self) -> String {
        format!("{:.6}", self.jiff())
    }

    /// Reads an RFC 3339 instant; finer than a microsecond is cut off.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let t: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_micros(t.as_microsecond()))
    }

    /// Midnight in China at the start of `date`.
    pub fn start_of_day_in_china(date: Date) -> Self {
        Self::from_seconds(day_number(date) * 86_400 - i64::from(CHINA_OFFSET_SECONDS))
    }
}

// Arithmetic of days for rules. Beyond this module rules use only the parts of a `Date`: jiff's spans and their errors
// would be a quarter of the WebAssembly of a form page. The tests compare all of it with jiff.

/// Days from 1970-01-01 to `date`, negative before it.
pub fn day_number(date: Date) -> i64 {
    // Howard Hinnant's `days_from_civil`: years that begin on 1 March, in eras of 400 years.
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date so many days after 1970-01-01; `None` beyond the years -9999 to 9999.
pub fn date_of_day_number(days: i64) -> Option<Date> {
    let days = days.checked_add(719_468)?;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    civil(era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// The date of these numbers, if there is such a day in the years -9999 to 9999.
pub fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `None` beyond the years -9999 to 9999.
pub fn plus_days(date: Date, days: i64) -> Option<Date> {
    date_of_day_number(day_number(date).checked_add(days)?)
}

/// The same day of the month so many months later, or the last day of a month that is too short. `None` beyond the
/// years -9999 to 9999.
pub fn plus_months(date: Date, months: i64) -> Option<Date> {
    let month = month_number(date).checked_add(months)?;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let day = i64::from(date.day());
    // The last of the month is the 31st, the 30th, the 29th or the 28th.
    (0..4).find_map(|shorter| civil(year, month, day - shorter))
}

/// Days from the first date to the second, negative when the second is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    day_number(to) - day_number(from)
}

/// Full months from the first date to the second, negative when the second is earlier.
pub fn months_between(from: Date, to: Date) -> i64 {
    let months = month_number(to) - month_number(from);
    match to.day().cmp(&from.day()) {
        Ordering::Less if months > 0 => months - 1,
        Ordering::Greater if months < 0 => months + 1,
        _ => months,
    }
}

fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// Full years from `birth` to `day`. A person born on 29 February turns older on 1 March in common years.
pub fn age_on(birth: Date, day: Date) -> i32 {
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    i32::from(day.year()) - i32::from(birth.year()) - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{Span, Unit};
    use proptest::prelude::*;

    /// The longest span of months that jiff has.
    const MOST_MONTHS: i64 = 239_976;

    fn any_date() -> impl Strategy<Value = Date> {
        let (first, last) = (day_number(Date::MIN), day_number(Date::MAX));
        prop_oneof![
            4 => first..=last,
            4 => day_number(Date::constant(1900, 1, 1))..day_number(Date::constant(2100, 1, 1)),
            1 => Just(first),
            1 => Just(last),
        ]
        .prop_map(|n| date_of_day_number(n).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(5_000) })]

        #[test]
        fn arithmetic_of_days_agrees_with_jiff(from in any_date(), to in any_date(), n in -8_000_000_i64..8_000_000) {
            let epoch = Date::constant(1970, 1, 1);
            prop_assert_eq!(day_number(from), i64::from(from.since((Unit::Day, epoch)).unwrap().get_days()));
            prop_assert_eq!(date_of_day_number(day_number(from)), Some(from));
            prop_assert_eq!(days_between(from, to), i64::from(from.until((Unit::Day, to)).unwrap().get_days()));
            // A span of jiff is up to eleven months shorter than from its first day to its last.
            let months = months_between(from, to);
            if months.abs() <= MOST_MONTHS {
                prop_assert_eq!(months, i64::from(from.until((Unit::Month, to)).unwrap().get_months()));
            }
            for n in [n, n / 100, n / 10_000, i64::MIN, i64::MAX] {
                let days = Span::new().try_days(n).and_then(|span| from.checked_add(span)).ok();
                prop_assert_eq!(plus_days(from, n), days);
                if n.checked_abs().is_none_or(|n| n <= MOST_MONTHS || n > MOST_MONTHS + 11) {
                    let months = Span::new().try_months(n).and_then(|span| from.checked_add(span)).ok();
                    prop_assert_eq!(plus_months(from, n), months);
                }
            }
        }
    }

    #[test]
    fn every_day_of_two_eras_agrees_with_jiff() {
        let mut date = Date::constant(1599, 12, 31);
        for n in day_number(date)..day_number(Date::constant(2400, 3, 2)) {
            assert_eq!((day_number(date), date_of_day_number(n)), (n, Some(date)));
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn text_has_fixed_width_and_round_trips() {
        for micros in [0, 1, -1, 1_700_000_000_123_456, Timestamp::MIN.0, Timestamp::MAX.0] {
            let t = Timestamp::from_micros(micros);
            let text = t.to_rfc3339();
            assert_eq!(text.len(), 27, "{text}");
            assert_eq!(Timestamp::parse_rfc3339(&text), Some(t));
        }
    }

    #[test]
    fn china_day_begins_at_sixteen_utc() {
        let t = Timestamp::parse_rfc3339("2026-02-16T16:00:00Z").unwrap();
        assert_eq!(t.date_in_china().to_string(), "2026-02-17");
        assert_eq!(Timestamp::start_of_day_in_china(t.date_in_china()), t);
    }

    #[test]
    fn leap_day_birthday() {
        let born = Date::constant(2008, 2, 29);
        assert_eq!(age_on(born, Date::constant(2024, 2, 28)), 15);
        assert_eq!(age_on(born, Date::constant(2024, 2, 29)), 16);
        assert_eq!(age_on(born, Date::constant(2025, 2, 28)), 16);
        assert_eq!(age_on(born, Date::constant(2025, 3, 1)), 17);
    }
}
