//! Instants and calendar days. Nothing here reads a clock: the time is always a parameter.

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
        let days =
            date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).map_or(0, |s| i64::from(s.get_days()));
        Self::from_seconds(days * 86_400 - i64::from(CHINA_OFFSET_SECONDS))
    }
}

/// Full years from `birth` to `day`. A person born on 29 February turns older on 1 March in common years.
pub fn age_on(birth: Date, day: Date) -> i32 {
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    i32::from(day.year()) - i32::from(birth.year()) - i32::from(before_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;

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
