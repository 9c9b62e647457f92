//! The staff's part: bad reviews to look into, and what was said of the department.

pub(super) mod given;
pub(super) mod task;
pub(super) mod tasks;

use domain::ids::ReviewId;
use domain::reviews::TaskState;
use domain::text::Locale;

use super::words;
use crate::ui::TabLink;
use crate::words::text;

/// Lines on a page.
const PAGE: usize = 20;

/// A place in a list: `<day>-<id>`.
fn place(text: &str) -> Option<(&str, ReviewId)> {
    let (day, id) = text.split_at_checked(10)?;
    day.parse::<jiff::civil::Date>().ok()?;
    Some((day, id.strip_prefix('-')?.parse().ok()?))
}

/// Where the page after a line begins.
fn place_of(day: &str, id: ReviewId) -> String {
    format!("{day}-{id}")
}

/// The states of rectifications as tabs, and all reviews after them.
fn tabs(current: Option<TaskState>, locale: Locale) -> Vec<TabLink> {
    let state = |state: TaskState| TabLink {
        href: format!("/staff/reviews?state={}", state.code()),
        label: words::state(state, locale).0,
        count: None,
        current: current == Some(state),
    };
    let mut links = TaskState::ALL.map(state).to_vec();
    links.push(TabLink {
        href: "/staff/reviews/given".into(),
        label: text(locale, "reviews-given"),
        count: None,
        current: current.is_none(),
    });
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_list_are_read_or_ignored() {
        let id = "0193f1a0-0000-4000-8000-000000000001";
        let text = format!("2026-11-23-{id}");
        let (day, found) = place(&text).unwrap();
        assert_eq!((day, found.to_string().as_str()), ("2026-11-23", id));
        assert_eq!(place_of(day, found), text);
        for wrong in ["", "2026-11-23", "2026-11-23-", "2026-13-23-x", &format!("x{id}"), "二〇二六年十一月"]
        {
            assert!(place(wrong).is_none(), "{wrong}");
        }
    }
}
