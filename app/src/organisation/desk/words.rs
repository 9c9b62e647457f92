//! Offices, posts and appointments in words.

use backend::organisation::{Chronicle, OfficeRow, PostRow};
use domain::ids::AppointmentId;
use domain::organisation::region::RegionCode;
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use leptos::prelude::*;

use crate::cases::desk::queue::pages;
use crate::ui::{Column, ColumnKind, EmptyState, IconName, Table, Tag, Tone};
use crate::visit::Visit;
use crate::words::{text, with};

pub(super) fn office_name(office: &OfficeRow, locale: Locale) -> String {
    office.name().get(locale).to_owned()
}

pub(super) fn title_of(post: &PostRow, locale: Locale) -> String {
    Text::new(&*post.title_zh, &*post.title_en).get(locale).to_owned()
}

/// Roles by their codes, in words.
pub(super) fn roles(codes: &[String], locale: Locale) -> String {
    let words: Vec<String> = codes.iter().map(|code| text(locale, &format!("desk-role-{code}"))).collect();
    words.join(&text(locale, "list-separator"))
}

pub(super) fn department(visit: &Visit, id: &str) -> String {
    let known = visit.backend().catalog.reference.department(id);
    known.map_or_else(|| id.to_owned(), |department| department.name.get(visit.locale).to_owned())
}

/// The department, or all of them, at a place.
pub(super) fn scope(visit: &Visit, department_id: Option<&str>, region: RegionCode) -> String {
    let of = match department_id {
        Some(id) => department(visit, id),
        None => text(visit.locale, "org-all-departments"),
    };
    with(visit.locale, "org-scope-of", &[("department", of.into()), ("place", place(visit, region).into())])
}

/// The name of a place, or its code where the catalogue does not know it.
pub(super) fn place(visit: &Visit, region: RegionCode) -> String {
    let known = visit.backend().catalog.reference.regions.get(region);
    known.map_or_else(|| region.to_string(), |place| place.name.get(visit.locale).to_owned())
}

/// The last day of what ends at `end`.
pub(super) fn last_day(end: Timestamp) -> String {
    end.plus_seconds(-1).date_in_china().to_string()
}

/// `2026-11-23 至 2026-12-01`, or open.
pub(super) fn period(line: &Chronicle, locale: Locale) -> String {
    let from = line.row.starts_at.date_in_china().to_string();
    match (line.row.ended_at, line.row.ends_at) {
        (Some(ended), _) => {
            let to = ended.date_in_china().to_string();
            with(locale, "org-from-to", &[("from", from.into()), ("to", to.into())])
        }
        (None, Some(end)) => {
            with(locale, "org-from-to", &[("from", from.into()), ("to", last_day(end).into())])
        }
        (None, None) => with(locale, "org-from", &[("from", from.into())]),
    }
}

/// Whether it is now, to come or over, with its colour.
pub(super) fn standing(line: &Chronicle, now: Timestamp, locale: Locale) -> (String, Tone) {
    let row = &line.row;
    let (key, tone) = if row.ended_at.is_some() {
        ("org-ended-early", Tone::Slate)
    } else if row.ends_at.is_some_and(|end| end <= now) || line.closed_at.is_some() {
        ("org-over", Tone::Slate)
    } else if row.starts_at > now {
        ("org-to-come", Tone::Amber)
    } else {
        ("org-now", Tone::Jade)
    };
    (text(locale, key), tone)
}

/// Who it is, and for whom they stand in.
pub(super) fn who(line: &Chronicle, locale: Locale) -> String {
    match &line.absent {
        Some(absent) => {
            let values = [("name", line.display_name.clone().into()), ("absent", absent.clone().into())];
            with(locale, "org-who-for", &values)
        }
        None => line.display_name.clone(),
    }
}

/// By whom it was made, and ended before its time.
pub(super) fn by_whom(line: &Chronicle, locale: Locale) -> String {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| text(locale, "org-command-line"));
    let made = with(locale, "org-made-by", &[("name", name(&line.maker).into())]);
    match line.row.ended_at {
        Some(_) => {
            let ended = with(locale, "org-ended-by", &[("name", name(&line.ender).into())]);
            format!("{made} · {ended}")
        }
        None => made,
    }
}

/// A place in a history: `<microseconds>-<id>`.
pub(super) fn before(text: &str) -> Option<(Timestamp, AppointmentId)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// Appointments as a table, with the way to the next page; made inside a page.
pub(super) fn history(
    lines: Vec<Chronicle>,
    next: Option<(Timestamp, AppointmentId)>,
    here: &str,
    back: bool,
    now: Timestamp,
    locale: Locale,
) -> AnyView {
    if lines.is_empty() {
        let (title, words) = (text(locale, "org-history-empty"), text(locale, "org-history-empty-text"));
        return view! { <EmptyState title text=words icon=IconName::History tone=Tone::Slate/> }.into_any();
    }
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    let columns = vec![
        column("org-column-state", ColumnKind::Mark),
        column("org-column-who", ColumnKind::Lead),
        column("org-column-post", ColumnKind::Plain),
        column("org-column-when", ColumnKind::Plain),
        column("org-column-by", ColumnKind::Plain),
        column("org-column-reason", ColumnKind::Plain),
    ];
    let rows = lines
        .into_iter()
        .map(|line| {
            let (label, tone) = standing(&line, now, locale);
            let title = Text::new(&*line.title_zh, &*line.title_en).get(locale).to_owned();
            let office = Text::new(&*line.name_zh, &*line.name_en).get(locale).to_owned();
            vec![
                view! { <Tag label tone/> }.into_any(),
                who(&line, locale).into_any(),
                format!("{office} · {title}").into_any(),
                period(&line, locale).into_any(),
                by_whom(&line, locale).into_any(),
                line.row.reason.unwrap_or_else(|| "—".into()).into_any(),
            ]
        })
        .collect();
    let next = next.map(|(at, id)| format!("{here}?before={}-{id}", at.as_micros()));
    let first = back.then(|| here.to_owned());
    view! {
        <Table caption=text(locale, "org-history") columns rows/>
        {pages(first, next, locale)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_history_are_read_or_ignored() {
        let id = "0193f1a0-0000-4000-8000-000000000001";
        let (at, found) = before(&format!("1000-{id}")).unwrap();
        assert_eq!((at.as_micros(), found.to_string().as_str()), (1000, id));
        for wrong in ["", "1000", "x-y", "1000-x", &format!("-{id}")] {
            assert!(before(wrong).is_none(), "{wrong}");
        }
    }
}
