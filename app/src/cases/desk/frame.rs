//! What surrounds every page of the desk: who works here, where one can go, how much waits.

use std::cmp::Ordering;

use backend::cases::list::CaseLine;
use backend::cases::queue::{self, COUNTED, DeskChoice, Waiting};
use backend::catalog::manage::{own_departments, waiting as catalogue_waiting};
use backend::organisation::HeldPost;
use domain::cases::{Calendar, CaseState};
use domain::identity::Role;
use domain::ids::CaseId;
use domain::organisation::region::RegionCode;
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
    Examine,
    Supervise,
    Done,
    Reviews,
    Figures,
    Revoke,
    Organisation,
    Catalogue,
    Me,
}

/// The member of staff at work.
pub(crate) struct Desk {
    pub frame: StaffFrame,
    pub waiting: Waiting,
    /// The desks one can sit down at, own posts first.
    pub choices: Vec<DeskChoice>,
    /// The one of this page; none for who works on no case.
    pub at: Option<DeskChoice>,
    pub may_accept: bool,
    pub may_decide: bool,
}

impl Desk {
    /// Who is not signed in is sent to do so. Staff without cases have a desk too, with nothing on it.
    pub async fn of(visit: &Visit, spot: Spot) -> Result<Desk, PageError> {
        Desk::at(visit, spot, None).await
    }

    /// As [`Desk::of`], at the desk that the address names.
    pub async fn at(visit: &Visit, spot: Spot, named: Option<&str>) -> Result<Desk, PageError> {
        visit.staff()?;
        let choices = choices(visit);
        let named = choices.iter().find(|choice| Some(desk_code(&choice.desk)).as_deref() == named);
        let at = named.or(choices.first()).cloned();
        let own = at.as_ref().map(|choice| choice.desk.clone());
        Desk::sit(visit, spot, choices, at, own).await
    }

    /// The desk of the office that handles a case, as far as one works on its cases; for the pages of that case.
    pub async fn of_case(visit: &Visit, spot: Spot, id: CaseId) -> Result<Desk, PageError> {
        visit.staff()?;
        let of = queue::desk_of(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
        let choices = choices(visit);
        let covers = |choice: &&DeskChoice| {
            choice.desk.department == of.department && of.place.is_under(choice.desk.place)
        };
        let at = choices.iter().find(covers).cloned();
        Desk::sit(visit, spot, choices, at, Some(of)).await
    }

    /// `of` is whose cases may be accepted and decided.
    async fn sit(
        visit: &Visit,
        spot: Spot,
        choices: Vec<DeskChoice>,
        at: Option<DeskChoice>,
        of: Option<queue::Desk>,
    ) -> Result<Desk, PageError> {
        let staff = visit.staff()?;
        let (backend, actor) = (visit.backend(), visit.actor());
        let waiting = match &at {
            Some(choice) => queue::waiting(backend, actor, &choice.desk).await.map_err(|e| fail(visit, e))?,
            None => Waiting::default(),
        };
        let may = |role| of.as_ref().is_some_and(|of| may_at(visit, role, &of.department, of.place));
        let (may_accept, may_decide) = (may(Role::Intake), may(Role::Decide));
        let link = |at: Spot, href: String, key: &str, icon, count| StaffLink {
            href,
            label: text(visit.locale, key),
            icon,
            count,
            current: at == spot,
        };
        let count = mine(&waiting, may_accept, may_decide) as u64;
        let mut nav = Vec::new();
        if let Some(choice) = &at {
            // Without a desk in the address, who begins elsewhere would be sent there.
            let query = match choices.len() > 1 || elsewhere(visit).is_some() {
                true => format!("?desk={}", desk_code(&choice.desk)),
                false => String::new(),
            };
            let inbox = format!("/staff{query}");
            nav.push(link(Spot::Queue, inbox, "desk-queue", IconName::Inbox, Some(count)));
            let done = format!("/staff/done{query}");
            nav.push(link(Spot::Done, done, "desk-done", IconName::Checklist, None));
        }
        if staff_holds(visit, Role::Review) {
            let href = "/staff/examination".to_owned();
            nav.push(link(Spot::Examine, href, "desk-examine", IconName::Checklist, None));
        }
        if staff_holds(visit, Role::Supervise) {
            let href = "/staff/supervision".to_owned();
            nav.push(link(Spot::Supervise, href, "desk-supervise", IconName::Flag, None));
        }
        if may_decide {
            nav.push(link(Spot::Reviews, "/staff/reviews".to_owned(), "desk-reviews", IconName::Chat, None));
            let href = "/staff/certificates/revoke".to_owned();
            nav.push(link(Spot::Revoke, href, "desk-revoke", IconName::Certificate, None));
        }
        if backend::figures::home(actor).is_ok() {
            let href = "/staff/figures".to_owned();
            nav.push(link(Spot::Figures, href, "desk-figures", IconName::Chart, None));
        }
        if visit.actor().staff_with(Role::System).is_ok() {
            let href = "/staff/organisation".to_owned();
            nav.push(link(Spot::Organisation, href, "desk-organisation", IconName::Building, None));
        }
        if !own_departments(backend, actor).is_empty() {
            let waiting = catalogue_waiting(backend, actor).await.unwrap_or_default() as u64;
            let href = "/staff/catalogue".to_owned();
            nav.push(link(Spot::Catalogue, href, "cat-nav", IconName::Edit, Some(waiting)));
        }
        nav.push(link(Spot::Me, "/staff/me".to_owned(), "desk-me", IconName::User, None));
        let own = staff.working.posts.first();
        let organisation = own.map(|post| post.office.name.get(visit.locale).to_owned()).unwrap_or_default();
        let acting = at.as_ref().filter(|choice| choice.deputy_for.is_some()).map(|choice| {
            let name = desk_name(visit, &choice.desk);
            let held =
                staff.working.posts.iter().find(|post| {
                    post.deputy_for == choice.deputy_for && post.scope.region == choice.desk.place
                });
            deputy_words(visit.locale, name, held)
        });
        let frame = StaffFrame { person: staff.name.clone(), organisation, acting, nav };
        Ok(Desk { frame, waiting, choices, at, may_accept, may_decide })
    }

    /// How many cases wait for this clerk.
    pub fn mine(&self) -> usize {
        mine(&self.waiting, self.may_accept, self.may_decide)
    }
}

/// 代岗: in whose place, at which office and until when.
pub(super) fn deputy_words(locale: Locale, office: String, held: Option<&HeldPost>) -> String {
    match held.and_then(|held| held.absent.clone().zip(held.ends_at)) {
        Some((name, end)) => {
            let day = end.plus_seconds(-1).date_in_china().to_string();
            let values = [("name", name.into()), ("office", office.into()), ("day", day.into())];
            with(locale, "desk-deputy-until", &values)
        }
        None => with(locale, "desk-deputy-at", &[("office", office.into())]),
    }
}

/// Where work begins for who works on no case, or only supervises who does; everybody else begins with the queue.
pub(super) fn elsewhere(visit: &Visit) -> Option<&'static str> {
    let homes = [
        (Role::Intake, None),
        (Role::Decide, None),
        (Role::Review, None),
        (Role::Supervise, Some("/staff/supervision")),
        (Role::Catalogue, Some("/staff/catalogue")),
        (Role::System, Some("/staff/organisation")),
    ];
    homes.into_iter().find(|(role, _)| staff_holds(visit, *role)).and_then(|(_, home)| home)
}

/// The desks one can sit down at; who works on no case has none.
fn choices(visit: &Visit) -> Vec<DeskChoice> {
    queue::desks(visit.backend(), visit.actor()).unwrap_or_default()
}

/// A desk in an address: `human-resources.330106`.
pub(super) fn desk_code(desk: &queue::Desk) -> String {
    format!("{}.{}", desk.department, desk.place)
}

/// The office of a desk by its name; a place without one by its own.
pub(super) fn desk_name(visit: &Visit, desk: &queue::Desk) -> String {
    let current = visit.backend().organisation.current();
    match current.offices.get(&desk.department, desk.place) {
        Some(office) => office.name.get(visit.locale).to_owned(),
        None => desk_code(desk),
    }
}

/// Whether the member of staff has `role` for what `department` does at `place`.
pub(super) fn may_at(visit: &Visit, role: Role, department: &str, place: RegionCode) -> bool {
    visit.actor().staff_for(role, department, place).is_ok()
}

/// Whether the posts of the member of staff cover what `department` does at `place`. Who sees a case only for a seat in its
/// examination does nothing else there.
pub(super) fn handles(visit: &Visit, department: &str, place: RegionCode) -> bool {
    visit.actor().staff().is_ok_and(|staff| staff.handles(department, place))
}

/// Whether the member of staff has `role` anywhere.
fn staff_holds(visit: &Visit, role: Role) -> bool {
    visit.actor().staff().is_ok_and(|staff| staff.holds(role))
}

/// Cases that wait for who accepts, decides, or does both; those that wait for the applicant do not.
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
        CaseState::Submitted | CaseState::AwaitingPayment | CaseState::Supplementing => Tone::Amber,
        CaseState::Accepted => Tone::Blue,
        CaseState::Approved => Tone::Jade,
        CaseState::Refused | CaseState::Declined => Tone::Red,
        CaseState::Draft
        | CaseState::Withdrawn
        | CaseState::Lapsed
        | CaseState::Bundled
        | CaseState::Waiting
        | CaseState::Dropped => Tone::Slate,
    };
    (text(locale, &format!("desk-state-{}", state.code().replace('_', "-"))), tone)
}

/// How near the promised day is, with the colour of its light.
pub(crate) fn due_words(visit: &Visit, row: &CaseLine) -> (String, Tone) {
    let (locale, today) = (visit.locale, visit.backend().now().date_in_china());
    let calendar = &visit.backend().organisation.current().calendar;
    let day = |day: &Option<String>| day.as_deref().and_then(|day| day.parse::<Date>().ok());
    let tone = match (day(&row.red_on), day(&row.yellow_on)) {
        (Some(red), _) if today >= red => Tone::Red,
        (_, Some(yellow)) if today >= yellow => Tone::Amber,
        _ => Tone::Jade,
    };
    match (row.state, day(&row.due_on)) {
        (CaseState::Supplementing, _) => (text(locale, "desk-due-paused"), Tone::Slate),
        (CaseState::AwaitingPayment, _) | (_, None) => (text(locale, "desk-due-none"), Tone::Slate),
        (_, Some(due)) => (days_words(calendar, today, due, locale), tone),
    }
}

/// How many working days are left after today, or how many it is late.
fn days_words(calendar: &Calendar, today: Date, due: Date, locale: Locale) -> String {
    let said = |key: &str, days: u16| with(locale, key, &[("n", i64::from(days).into())]);
    match today.cmp(&due) {
        Ordering::Less => said("desk-due-left", calendar.working_days(today, due)),
        Ordering::Equal => text(locale, "desk-due-today"),
        Ordering::Greater => match calendar.working_days(due, today) {
            // The weekend after the promised day.
            0 => text(locale, "desk-due-passed"),
            days => said("desk-due-over", days),
        },
    }
}

/// What the last action did, from the code in the address; other codes say nothing.
pub(crate) fn notice(did: Option<&str>, locale: Locale) -> Option<AnyView> {
    let did = did.filter(|did| DID.contains(did))?;
    let (said, next) = (text(locale, &format!("desk-did-{did}")), text(locale, "desk-next-case"));
    Some(view! { <Notice text=said href="/staff" link=next/> }.into_any())
}

const DID: [&str; 22] = [
    "supplement",
    "opinion",
    "accepted",
    "declined",
    "approved",
    "refused",
    "revoked",
    "identified",
    "paid",
    "claimed",
    "released",
    "assigned",
    "transferred",
    "noted",
    "struck",
    "view-saved",
    "view-renamed",
    "view-first",
    "view-deleted",
    "template-kept",
    "template-changed",
    "template-deleted",
];

/// A remark that something stands in the way.
pub(crate) fn warning(title: String, body: String) -> AnyView {
    view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_counts_what_waits_for_them() {
        let waiting = Waiting { submitted: 3, accepted: 2, awaiting_payment: 5, ..Waiting::default() };
        assert_eq!(mine(&waiting, true, false), 3);
        assert_eq!(mine(&waiting, false, true), 2);
        assert_eq!(mine(&waiting, true, true), 5);
    }

    #[test]
    fn days_are_working_days() {
        let day = |day: i8| Date::constant(2026, 3, day);
        let said = |today, due| days_words(&Calendar::default(), day(today), day(due), Locale::Zh);
        // 2026-03-06 is a Friday.
        assert_eq!(said(5, 10), "剩 3 个工作日");
        assert_eq!(said(6, 6), "今天到期");
        assert_eq!(said(7, 6), "已过承诺日期");
        assert_eq!(said(10, 6), "超期 2 个工作日");
    }

    #[test]
    fn what_was_not_counted_on_is_said() {
        assert_eq!(counted(0), "0");
        assert_eq!(counted(99), "99");
        assert_eq!(counted(100), "99+");
    }
}
