//! What surrounds every page of the desk: who works here, where one can go, how much waits.

use backend::cases::queue::{self, COUNTED, Waiting};
use domain::cases::CaseState;
use domain::identity::Role;
use domain::text::Locale;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{Alert, AlertKind, IconName, Notice, StaffFrame, StaffLink, Tone};
use crate::visit::Visit;
use crate::words::{text, with};

/// An entry of the navigation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    Queue,
    Done,
    Reviews,
    Revoke,
    Me,
}

/// The member of staff at work.
pub(crate) struct Desk {
    pub frame: StaffFrame,
    pub waiting: Waiting,
    pub may_accept: bool,
    pub may_decide: bool,
}

impl Desk {
    /// Who is not signed in is sent to do so. Staff without cases have a desk too, with nothing on it.
    pub async fn of(visit: &Visit, spot: Spot) -> Result<Desk, PageError> {
        let staff = visit.staff()?;
        let (may_accept, may_decide) =
            (staff.roles.contains(&Role::Intake), staff.roles.contains(&Role::Decide));
        let handles = may_accept || may_decide;
        let waiting = if handles {
            queue::waiting(visit.backend(), visit.actor()).await.map_err(|e| fail(visit, e))?
        } else {
            Waiting::default()
        };
        let link = |at: Spot, href: &str, key: &str, icon, count| StaffLink {
            href: href.to_owned(),
            label: text(visit.locale, key),
            icon,
            count,
            current: at == spot,
        };
        let mine = mine(&waiting, may_accept, may_decide) as u64;
        let mut nav = Vec::new();
        if handles {
            nav.push(link(Spot::Queue, "/staff", "desk-queue", IconName::Inbox, Some(mine)));
            nav.push(link(Spot::Done, "/staff/done", "desk-done", IconName::Checklist, None));
        }
        if may_decide {
            nav.push(link(Spot::Reviews, "/staff/reviews", "desk-reviews", IconName::Chat, None));
            nav.push(link(
                Spot::Revoke,
                "/staff/certificates/revoke",
                "desk-revoke",
                IconName::Certificate,
                None,
            ));
        }
        nav.push(link(Spot::Me, "/staff/me", "desk-me", IconName::User, None));
        let organisation = visit.authority(&staff.department).unwrap_or_default();
        let frame = StaffFrame { person: staff.name.clone(), organisation, acting: None, nav };
        Ok(Desk { frame, waiting, may_accept, may_decide })
    }

    /// How many cases wait for this clerk.
    pub fn mine(&self) -> usize {
        mine(&self.waiting, self.may_accept, self.may_decide)
    }
}

/// Cases that wait for who accepts, decides, or does both; those that wait for the applicant's payment do not.
fn mine(waiting: &Waiting, may_accept: bool, may_decide: bool) -> usize {
    (if may_accept { waiting.submitted } else { 0 }) + (if may_decide { waiting.accepted } else { 0 })
}

/// A count in words: what was not counted on is "99+".
pub(crate) fn counted(n: usize) -> String {
    if n as i64 >= COUNTED { format!("{}+", COUNTED - 1) } else { n.to_string() }
}

/// The state of a case as staff call it, with its colour.
pub(crate) fn state_words(state: CaseState, locale: Locale) -> (String, Tone) {
    let tone = match state {
        CaseState::Submitted | CaseState::AwaitingPayment => Tone::Amber,
        CaseState::Accepted => Tone::Blue,
        CaseState::Approved => Tone::Jade,
        CaseState::Refused | CaseState::Declined => Tone::Red,
        CaseState::Draft | CaseState::Withdrawn => Tone::Slate,
    };
    (text(locale, &format!("desk-state-{}", state.code().replace('_', "-"))), tone)
}

/// How near the promised day is, by the calendar.
pub(crate) fn due_words(
    today: Date,
    due_on: Option<&str>,
    state: CaseState,
    locale: Locale,
) -> (String, Tone) {
    let days = due_on.and_then(|day| day.parse::<Date>().ok()).map(|day| days_between(today, day));
    match (state, days) {
        (CaseState::AwaitingPayment, _) | (_, None) => (text(locale, "desk-due-none"), Tone::Slate),
        (_, Some(late)) if late < 0 => (with(locale, "desk-due-over", &[("n", (-late).into())]), Tone::Red),
        (_, Some(0)) => (text(locale, "desk-due-today"), Tone::Orange),
        (_, Some(left)) => (
            with(locale, "desk-due-left", &[("n", left.into())]),
            if left <= 2 { Tone::Amber } else { Tone::Jade },
        ),
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((jiff::Unit::Day, to)).map_or(0, |span| i64::from(span.get_days()))
}

/// What the last action did, from the code in the address; other codes say nothing.
pub(crate) fn notice(did: Option<&str>, locale: Locale) -> Option<AnyView> {
    let did = did.filter(|did| DID.contains(did))?;
    let (said, next) = (text(locale, &format!("desk-did-{did}")), text(locale, "desk-next-case"));
    Some(view! { <Notice text=said href="/staff" link=next/> }.into_any())
}

const DID: [&str; 7] = ["accepted", "declined", "approved", "refused", "revoked", "identified", "paid"];

/// A remark that something stands in the way.
pub(crate) fn warning(title: String, body: String) -> AnyView {
    view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_light_goes_by_the_calendar() {
        let today = Date::constant(2026, 2, 27);
        let words = |day| due_words(today, day, CaseState::Accepted, Locale::En).0;
        let tone = |day| due_words(today, day, CaseState::Accepted, Locale::En).1;
        assert_eq!(words(Some("2026-02-26")), "1 day late");
        assert_eq!(words(Some("2026-02-27")), "Due today");
        assert_eq!(words(Some("2026-03-01")), "2 days left");
        assert_eq!(tone(Some("2026-02-20")), Tone::Red);
        assert_eq!(tone(Some("2026-03-01")), Tone::Amber);
        assert_eq!(tone(Some("2026-03-02")), Tone::Jade);
        assert_eq!(tone(None), Tone::Slate);
        let unpaid = due_words(today, Some("2026-02-20"), CaseState::AwaitingPayment, Locale::Zh);
        assert_eq!(unpaid.1, Tone::Slate);
    }

    #[test]
    fn everybody_counts_what_waits_for_them() {
        let waiting = Waiting { submitted: 3, accepted: 2, awaiting_payment: 5, ..Waiting::default() };
        assert_eq!(mine(&waiting, true, false), 3);
        assert_eq!(mine(&waiting, false, true), 2);
        assert_eq!(mine(&waiting, true, true), 5);
    }

    #[test]
    fn what_was_not_counted_on_is_said() {
        assert_eq!(counted(0), "0");
        assert_eq!(counted(99), "99");
        assert_eq!(counted(100), "99+");
    }
}
