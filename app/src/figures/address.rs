//! What of figures is looked at, in an address.

use backend::figures::{Asked, Wish};
use domain::figures::{Grain, Period, PeriodError};
use domain::organisation::region::RegionCode;
use jiff::civil::Date;
use serde::Deserialize;

/// The value of `period` where days are named.
pub(super) const DAYS: &str = "days";

/// The query of both addresses. Empty is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    pub place: String,
    pub department: String,
    pub service: String,
    /// `2026-11`, `2026-Q4`, `2026`, or `days`.
    pub period: String,
    pub from: String,
    pub to: String,
}

/// The address names no place that could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoPlace;

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Look {
    pub fn period(&self) -> Result<Option<Period>, PeriodError> {
        let day = |text: &str| text.trim().parse::<Date>().map_err(|_| PeriodError::Malformed);
        match self.period.trim() {
            "" => Ok(None),
            DAYS => Period::new(day(&self.from)?, day(&self.to)?).map(Some),
            named => Period::parse(named).map(Some),
        }
    }

    /// What is wished for, in a period that was read before.
    pub fn wish(&self, period: Option<Period>) -> Result<Wish, NoPlace> {
        let place =
            said(&self.place).map(|code| RegionCode::parse(&code)).transpose().map_err(|_| NoPlace)?;
        Ok(Wish { place, department: said(&self.department), service: said(&self.service), period })
    }
}

/// A period as the address says it.
pub(super) fn period_query(period: Period) -> String {
    let from = period.from();
    let month = Grain::Month.of(from);
    let quarter = format!("{:04}-Q{}", from.year(), (from.month() + 2) / 3);
    let year = format!("{:04}", from.year());
    let named = [month, quarter, year].into_iter().find(|named| Period::parse(named) == Ok(period));
    match named {
        Some(named) => format!("period={named}"),
        None => format!("period={DAYS}&from={}&to={}", period.from(), period.through()),
    }
}

/// The query for what is looked at, at another place.
pub(super) fn query(asked: &Asked, place: RegionCode) -> String {
    let mut query = format!("?place={place}");
    if let Some(service) = asked.service() {
        query.push_str(&format!("&service={service}"));
    } else if let Some(department) = asked.department() {
        query.push_str(&format!("&department={department}"));
    }
    query.push('&');
    query.push_str(&period_query(asked.period()));
    query
}

/// Periods to choose from, as the address says them: this one and the one before of each kind, the newest first.
pub(super) fn offered(today: Date) -> Vec<String> {
    let mut offered = Vec::new();
    let quarter = |day: Date| format!("{:04}-Q{}", day.year(), (day.month() + 2) / 3);
    let back = |months: i64| domain::time::plus_months(today.first_of_month(), -months).unwrap_or(today);
    offered.extend([Grain::Month.of(today), Grain::Month.of(back(1))]);
    offered.extend([quarter(today), quarter(back(3))]);
    offered.extend([format!("{:04}", today.year()), format!("{:04}", back(12).year())]);
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(period: &str, from: &str, to: &str) -> Look {
        Look { period: period.into(), from: from.into(), to: to.into(), ..Look::default() }
    }

    #[test]
    fn periods_go_into_an_address_and_come_back() {
        for text in ["2026-11", "2026-Q4", "2026"] {
            let period = look(text, "", "").period().unwrap().unwrap();
            assert_eq!(period_query(period), format!("period={text}"));
        }
        let days = look(DAYS, "2026-11-02", " 2026-11-09 ").period().unwrap().unwrap();
        assert_eq!(period_query(days), "period=days&from=2026-11-02&to=2026-11-09");
        assert_eq!(look("", "2026-11-02", "").period(), Ok(None));
        assert_eq!(look(DAYS, "2026-11-09", "2026-11-02").period(), Err(PeriodError::Backwards));
        assert_eq!(look(DAYS, "", "2026-11-02").period(), Err(PeriodError::Malformed));
        assert_eq!(look("soon", "", "").period(), Err(PeriodError::Malformed));
    }

    #[test]
    fn this_and_the_last_of_each_kind_are_offered() {
        let offered = offered(Date::constant(2026, 1, 31));
        assert_eq!(offered, ["2026-01", "2025-12", "2026-Q1", "2025-Q4", "2026", "2025"]);
        assert!(offered.iter().all(|text| Period::parse(text).is_ok()));
    }

    #[test]
    fn what_is_no_place_is_not_looked_for() {
        let at = |place: &str| Look { place: place.into(), ..Look::default() }.wish(None);
        assert_eq!(at("").unwrap().place, None);
        assert!(at("330106").unwrap().place.is_some());
        assert_eq!(at("here"), Err(NoPlace));
    }
}
