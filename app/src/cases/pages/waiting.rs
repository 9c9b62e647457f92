//! What an applicant is told while a case runs, and when it came to nothing: the clock in words, what is asked for, and
//! how a decision can be challenged.

use backend::cases::Opened;
use backend::cases::list::CaseLine;
use domain::cases::appeal::Appeal;
use domain::cases::{CaseState, Going, Light};
use domain::organisation::region::Level;
use domain::text::Locale;
use leptos::prelude::*;

use super::track::office_name;
use crate::ui::{SummaryRow, Tag, Tone};
use crate::visit::Visit;
use crate::words::{text, with};

/// The clock that the office works by, in words.
pub(in crate::cases) fn clock_rows(visit: &Visit, opened: &Opened) -> Vec<SummaryRow> {
    let locale = visit.locale;
    let Some(clock) = opened.clock().filter(|_| !opened.row.state.is_closed()) else { return Vec::new() };
    let Some(read) = opened.reading(visit.backend()) else { return Vec::new() };
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let numbers = [
        ("promised", i64::from(clock.promised).into()),
        ("used", i64::from(read.used).into()),
        ("left", i64::from(read.left.max(0)).into()),
        ("over", i64::from((-read.left).max(0)).into()),
    ];
    let key = match (read.going, read.light) {
        (Going::Paused, _) => "clock-paused",
        (_, Light::Red) if read.left < 0 => "clock-over",
        _ => "clock-running",
    };
    let mut rows = vec![row("clock", with(locale, key, &numbers))];
    rows.extend(read.due_on.map(|day| row("promised-day", day.to_string())));
    if read.statutory_on != read.due_on {
        rows.extend(read.statutory_on.map(|day| row("clock-statutory", day.to_string())));
    }
    if clock.tacit
        && let Some(day) = read.statutory_on
    {
        rows.push(row("clock-tacit", with(locale, "clock-tacit-text", &[("day", day.to_string().into())])));
    }
    if read.assumed {
        rows.push(row("clock-assumed", text(locale, "clock-assumed-text")));
    }
    rows
}

/// 已超期: beside the state of a case, wherever it is shown.
pub(in crate::cases) fn late_tag(visit: &Visit, row: &CaseLine) -> Option<AnyView> {
    row.is_late(visit.backend().now().date_in_china()).then(|| {
        let label = text(visit.locale, "clock-overdue");
        view! { <Tag label tone=Tone::Red/> }.into_any()
    })
}

/// That the promise was not kept, and who knows.
pub(in crate::cases) fn late_words(visit: &Visit, opened: &Opened) -> Option<(String, String)> {
    let late = opened.row.is_late(visit.backend().now().date_in_china());
    late.then(|| (text(visit.locale, "clock-late"), text(visit.locale, "clock-late-text")))
}

/// How the decision on a case can be challenged: until when, and before whom (行政复议法 第二十四条、第二十七条).
pub(in crate::cases) fn appeal_words(visit: &Visit, opened: &Opened) -> Option<(String, String)> {
    if !matches!(opened.row.state, CaseState::Refused | CaseState::Declined) {
        return None;
    }
    let locale = visit.locale;
    let until = Appeal::against_decision_of(opened.row.closed_at?.date_in_china())?;
    let department = visit.backend().catalog.reference.department(&opened.row.department)?;
    let before = match &department.reconsidered_by {
        Some(authority) => authority.get(locale).to_owned(),
        None => government(visit, opened, locale),
    };
    let words = with(
        locale,
        "appeal-text",
        &[
            ("department", office_name(visit, &opened.row).into()),
            ("authority", before.into()),
            ("reconsideration", until.reconsideration.to_string().into()),
            ("lawsuit", until.lawsuit.to_string().into()),
        ],
    );
    Some((text(locale, "appeal-title"), words))
}

/// The people's government of the place whose office decided; of the county, where a township's did for it.
fn government(visit: &Visit, opened: &Opened, locale: Locale) -> String {
    let place = opened.row.place;
    let place = place.at(Level::County).unwrap_or(place);
    let regions = &visit.backend().catalog.reference.regions;
    let way = regions.way(place.at(Level::Province), place);
    let name = match locale {
        Locale::Zh => way.iter().map(|region| region.name.get(locale)).collect::<String>(),
        Locale::En => way.last().map(|region| region.name.get(locale).to_owned()).unwrap_or_default(),
    };
    with(locale, "appeal-government", &[("place", name.into())])
}
