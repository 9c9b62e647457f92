//! Until when a decision can be challenged.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// The last days for challenging a decision, counted from the day on which the applicant is told; that day is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// 行政复议: sixty days (行政复议法 2023 第二十条).
    pub reconsideration: Date,
    /// 行政诉讼: six months (行政诉讼法 第四十六条).
    pub lawsuit: Date,
}

impl Appeal {
    /// `None` at the end of the calendar.
    pub fn against_decision_of(told: Date) -> Option<Appeal> {
        let after = |span: Span| told.checked_add(span).ok();
        Some(Appeal { reconsideration: after(60.days())?, lawsuit: after(6.months())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        let last = |told: &str| {
            let appeal = Appeal::against_decision_of(told.parse().unwrap()).unwrap();
            (appeal.reconsideration.to_string(), appeal.lawsuit.to_string())
        };
        assert_eq!(last("2026-11-28"), ("2027-01-27".into(), "2027-05-28".into()));
        assert_eq!(
            last("2026-08-31"),
            ("2026-10-30".into(), "2027-02-28".into()),
            "the last day of the month"
        );
        assert_eq!(Appeal::against_decision_of(Date::MAX), None);
    }
}
