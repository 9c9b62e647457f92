//! What waits: the queue of a desk by state, light and hands.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use backend::cases::list::Listed;
use backend::cases::queue::{self, Colleague, DeskChoice, Hands, Narrow};
use domain::cases::{CaseState, Light, Reference, Turn};
use domain::ids::{CaseId, StaffId};
use domain::text::Locale;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::frame::{Desk, Spot, counted, desk_code, desk_name, due_words, notice, state_words};
use super::live::{Open, live};
use super::sought::{Look, Sought, TABS};
use super::{filter, search, views};
use crate::cases::errors::fail;
use crate::ui::{
    ActionBar, ButtonKind, ButtonLink, Column, ColumnKind, EmptyState, Filters, Icon, IconName, IconSize,
    PageHead, StaffLayout, StatCard, Stats, SubmitButton, TabLink, Table, Tabs, Tag, Tone, Toolbar, Trend,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Cases on a page.
pub(super) const PAGE: usize = 20;

/// A place in a list: `<microseconds>-<id>`.
pub(super) fn place(text: &str) -> Option<(Timestamp, CaseId)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// Where the page after `listed` begins.
pub(super) fn place_of(listed: &Listed) -> Option<String> {
    Some(format!("{}-{}", listed.row.submitted_at?.as_micros(), listed.row.id))
}

pub(super) async fn show(visit: Visit, Query(mut look): Query<Look>) -> PageResult {
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    visit.staff()?;
    let saved = views::own(&visit).await?;
    if look.is_plain()
        && let Some(first) = saved.iter().find(|view| view.is_default)
    {
        look = Look { did: look.did, ..Look::of_view(first) };
    }
    let mut desk = Desk::at(&visit, Spot::Queue, look.desk.as_deref()).await?;
    let Some(at) = desk.at.clone() else { return Ok(Redirect::to("/staff/me").into_response()) };
    let since = backend.now();
    let sought = Sought::of(&visit, &at, &look);
    if sought.turn == Some(Turn::Review) {
        // Opinions are waited for seat by seat, and have a list of their own.
        return Ok(Redirect::to("/staff/examination").into_response());
    }
    let (cases_of, states) = (sought.cases_of(&visit), sought.states(&visit));
    if sought.within.is_some() {
        desk.waiting = queue::waiting(backend, actor, &cases_of).await.map_err(|e| fail(&visit, e))?;
    }
    let after = look.after.as_deref().and_then(place);
    let limit = PAGE as i64 + 1;
    let mut cases = queue::queue_of(backend, actor, &cases_of, &states, &sought.narrow, after, limit)
        .await
        .map_err(|e| fail(&visit, e))?;
    let more = cases.len() > PAGE;
    cases.truncate(PAGE);
    let names = queue::applicants(backend, actor, &cases).await.map_err(|e| fail(&visit, e))?;
    let holders: Vec<StaffId> = cases.iter().filter_map(|case| held_by(&visit, case)).collect();
    let holders = queue::colleagues(backend, actor, &holders).await.map_err(|e| fail(&visit, e))?;
    let colleagues = match desk.may_decide {
        true => queue::who_could_work_on(backend, actor, &at.desk).await.map_err(|e| fail(&visit, e))?,
        false => Vec::new(),
    };
    let here = sought.address();
    let next = cases.last().filter(|_| more).and_then(place_of).map(|last| format!("{here}&after={last}"));
    let back = after.is_some().then(|| here.clone());
    let title = text(locale, "desk-queue");
    // The window's tab says how much waits for whoever is at work, too.
    let page_title = match desk.mine() {
        0 => title.clone(),
        n => with(locale, "desk-queue-counted", &[("n", counted(n).into())]),
    };
    visit.page(page_title, || {
        let notice = notice(look.did.as_deref(), locale);
        let caption = match sought.turn {
            Some(turn) => text(locale, &format!("desk-turn-{}", turn.code())),
            None => state_words(sought.state, locale).0,
        };
        let bar = cases.first().map(|case| {
            let href = format!("/staff/cases/{}", case.row.id);
            view! { <ActionBar phone_only=true><ButtonLink href label=text(locale, "desk-queue-next")/></ActionBar> }
        });
        let list = if cases.is_empty() {
            empty(&sought, locale)
        } else {
            let rows = rows(&visit, &desk, &cases, names, &holders);
            let bulk = bulk(&desk, &sought, &states, colleagues, locale);
            view! {
                <form method="post" action="/staff/bulk" class="stack desk-bulk">
                    <Table caption columns=columns(locale) rows/>
                    {bulk}
                </form>
            }
            .into_any()
        };
        let tabs = tabs(&desk, &sought, locale);
        let filters = filters(&visit, &sought);
        let (views, filter) = (filter::views(&visit, &saved, &here), filter::form(&visit, &sought));
        let desks = desks(&visit, &desk, &sought);
        let (figures, lead) = (figures(&desk, locale), mine(&desk, locale));
        let live = live(&visit, &Open::Queue { desk: &cases_of, since });
        view! {
            <StaffLayout frame=desk.frame notice>
                <div class="desk-top">
                    <PageHead title lead/>
                    <Toolbar>{search::field(locale, String::new())}</Toolbar>
                </div>
                {desks}
                {views}
                {figures}
                <div class="stack desk-list">
                    {tabs}
                    {filters}
                    {filter}
                    {list}
                    {pages(back, next, locale)}
                </div>
                {live}
                {bar}
            </StaffLayout>
        }
    })
}

/// Who holds the case now.
fn held_by(visit: &Visit, case: &Listed) -> Option<StaffId> {
    case.row.held_by.filter(|_| case.row.held_until.is_some_and(|until| until > visit.backend().now()))
}

/// The desks one can change to, where there is more than one.
fn desks(visit: &Visit, desk: &Desk, sought: &Sought) -> Option<AnyView> {
    let link = |choice: &DeskChoice| {
        let code = desk_code(&choice.desk);
        let name = desk_name(visit, &choice.desk);
        TabLink {
            href: format!("/staff?desk={code}"),
            label: match choice.deputy_for {
                Some(_) => with(visit.locale, "desk-deputy-at", &[("office", name.into())]),
                None => name,
            },
            count: None,
            current: code == desk_code(&sought.desk),
        }
    };
    let links: Vec<TabLink> = desk.choices.iter().map(link).collect();
    let label = text(visit.locale, "desk-choose");
    (links.len() > 1).then(|| view! { <Filters label links/> }.into_any())
}

/// Lights and hands, as links.
fn filters(visit: &Visit, sought: &Sought) -> AnyView {
    let locale = visit.locale;
    let link = |label: String, narrow: Narrow| TabLink {
        current: narrow == sought.narrow,
        href: Sought { narrow, ..sought.clone() }.address(),
        label,
        count: None,
    };
    let mut links = Vec::new();
    if sought.narrow != Narrow::default() {
        links.push(link(text(locale, "desk-filter-all"), Narrow::default()));
    }
    for light in [Light::Red, Light::Yellow, Light::Green] {
        let narrow = Narrow { light: Some(light), ..sought.narrow.clone() };
        links.push(link(text(locale, &format!("desk-light-{}", light.code())), narrow));
    }
    for (hands, key) in [(Hands::Mine, "desk-filter-mine"), (Hands::Free, "desk-filter-free")] {
        let narrow = Narrow { hands: Some(hands), ..sought.narrow.clone() };
        links.push(link(text(locale, key), narrow));
    }
    if let Some(service) = &sought.narrow.service {
        let services = visit.backend().catalog.services();
        let name = services.known(service).map(|s| s.definition.name.get(locale).to_owned());
        links.push(link(name.unwrap_or_default(), sought.narrow.clone()));
    }
    view! { <Filters label=text(locale, "desk-filters") links/> }.into_any()
}

/// What can be done with all marked cases at once.
fn bulk(
    desk: &Desk,
    sought: &Sought,
    states: &[CaseState],
    colleagues: Vec<Colleague>,
    locale: Locale,
) -> AnyView {
    let button = |act: &'static str, kind| {
        let label = text(locale, &format!("desk-bulk-{act}"));
        view! { <SubmitButton label kind small=true name="act" value=act/> }.into_any()
    };
    let mut buttons = vec![button("claim", ButtonKind::Secondary)];
    if desk.may_accept && states.contains(&CaseState::Submitted) {
        buttons.push(button("accept", ButtonKind::Primary));
    }
    if desk.may_decide && states.contains(&CaseState::Accepted) {
        buttons.push(button("approve", ButtonKind::Primary));
    }
    let assign = (desk.may_decide && !colleagues.is_empty()).then(|| {
        let options = colleagues
            .into_iter()
            .map(|c| view! { <option value=c.id.to_string()>{c.name}</option> })
            .collect_view();
        view! {
            <label class="row desk-assign">
                <span class="visually-hidden">{text(locale, "desk-assign-to")}</span>
                <select name="to" class="input">{options}</select>
            </label>
            {button("assign", ButtonKind::Secondary)}
        }
    });
    let label = text(locale, "desk-bulk");
    view! {
        <fieldset class="row desk-bulk-bar">
            <legend class="muted">{label}</legend>
            <input type="hidden" name="back" value=sought.address()/>
            {buttons}
            {assign}
        </fieldset>
    }
    .into_any()
}

fn tabs(desk: &Desk, sought: &Sought, locale: Locale) -> AnyView {
    let count = |state| match state {
        CaseState::Submitted => desk.waiting.submitted,
        CaseState::Accepted => desk.waiting.accepted,
        CaseState::Supplementing => desk.waiting.supplementing,
        _ => desk.waiting.awaiting_payment,
    };
    let mut links = vec![TabLink {
        href: Sought { turn: Some(Turn::Mine), ..sought.clone() }.address(),
        label: text(locale, "desk-turn-mine"),
        count: Some(desk.mine() as u64),
        current: sought.turn == Some(Turn::Mine),
    }];
    links.extend(TABS.map(|state| TabLink {
        href: Sought { state, turn: None, ..sought.clone() }.address(),
        label: state_words(state, locale).0,
        count: Some(count(state) as u64),
        current: sought.turn.is_none() && state == sought.state,
    }));
    view! { <Tabs label=text(locale, "desk-tabs") links/> }.into_any()
}

/// What waits for this clerk, in words.
fn mine(desk: &Desk, locale: Locale) -> String {
    let n = |n: usize| counted(n).into();
    let part = |key: &str, count: usize| with(locale, key, &[("n", n(count))]);
    let mut parts = Vec::new();
    if desk.may_accept {
        parts.push(part("desk-mine-submitted", desk.waiting.submitted));
        if desk.waiting.awaiting_payment > 0 {
            parts.push(part("desk-mine-unpaid", desk.waiting.awaiting_payment));
        }
    }
    if desk.may_decide {
        parts.push(part("desk-mine-accepted", desk.waiting.accepted));
    }
    parts.join(" · ")
}

/// How the department stands today.
fn figures(desk: &Desk, locale: Locale) -> AnyView {
    let t = move |key: &str| text(locale, key);
    let w = desk.waiting.clone();
    let unit = t("desk-cases-unit");
    let note = move |n: usize, key: &str| if n == 0 { t("desk-figure-none") } else { t(key) };
    let trend = |n: usize| if n == 0 { Trend::None } else { Trend::Bad };
    let open = w.submitted + w.accepted;
    let split = with(
        locale,
        "desk-figure-open-note",
        &[("new", counted(w.submitted).into()), ("at", counted(w.accepted).into())],
    );
    view! {
        <div class="desk-figures"><Stats>
            <StatCard label=t("desk-figure-open") value=counted(open) unit=unit.clone() note=split/>
            <StatCard label=t("desk-figure-overdue") value=counted(w.red) unit=unit.clone() note=note(w.red, "desk-figure-overdue-note") trend=trend(w.red)/>
            <StatCard label=t("desk-figure-yellow") value=counted(w.yellow) unit=unit.clone() note=note(w.yellow, "desk-figure-yellow-note")/>
            <StatCard label=t("desk-figure-today") value=counted(w.due_today) unit=unit.clone() note=note(w.due_today, "desk-figure-today-note")/>
            <StatCard label=t("desk-figure-mine") value=counted(w.mine) unit note=note(w.mine, "desk-figure-mine-note")/>
        </Stats></div>
    }
    .into_any()
}

fn columns(locale: Locale) -> Vec<Column> {
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    vec![
        column("desk-column-pick", ColumnKind::Plain),
        column("desk-column-due", ColumnKind::Mark),
        column("desk-column-reference", ColumnKind::Plain),
        column("desk-column-service", ColumnKind::Lead),
        column("desk-column-applicant", ColumnKind::Plain),
        column("desk-column-evidence", ColumnKind::Plain),
        column("desk-column-holder", ColumnKind::Plain),
        column("desk-column-action", ColumnKind::Action),
    ]
}

fn rows(
    visit: &Visit,
    desk: &Desk,
    cases: &[Listed],
    names: Vec<String>,
    holders: &BTreeMap<StaffId, String>,
) -> Vec<Vec<AnyView>> {
    let locale = visit.locale;
    let today = visit.backend().now().date_in_china();
    let me = visit.viewer.as_ref().and_then(|v| v.staff()).map(|s| s.id);
    cases
        .iter()
        .zip(names)
        .map(|(case, name)| {
            let (due, tone) = due_words(today, &case.row, locale);
            let holder = held_by(visit, case);
            let hands = match holder {
                None => text(locale, "desk-holder-none"),
                Some(id) if Some(id) == me => text(locale, "desk-holder-me"),
                Some(id) => holders.get(&id).cloned().unwrap_or_default(),
            };
            let pick = format!("{}:{}", case.row.id, case.row.version);
            let label = with(locale, "desk-pick", &[("reference", reference(case).into())]);
            vec![
                view! {
                    <label class="pick-target">
                        <input type="checkbox" class="pick" name="case" value=pick aria-label=label/>
                    </label>
                }
                .into_any(),
                view! { <Tag label=due tone/> }.into_any(),
                view! { <span class="num nowrap">{reference(case)}</span> }.into_any(),
                case.service.definition.name.get(locale).to_owned().into_any(),
                name.into_any(),
                evidence(case, locale),
                hands.into_any(),
                open_link(case, text(locale, next_step(desk, case.row.state))),
            ]
        })
        .collect()
}

/// What opening a case is for, for this clerk.
fn next_step(desk: &Desk, state: CaseState) -> &'static str {
    match state {
        CaseState::Submitted if desk.may_accept => "desk-open-accept",
        CaseState::AwaitingPayment if desk.may_accept => "desk-open-pay",
        CaseState::Accepted if desk.may_decide => "desk-open-decide",
        _ => "desk-look",
    }
}

/// The reference number as people read it.
pub(super) fn reference(case: &Listed) -> String {
    let parsed = case.row.reference.as_deref().and_then(|r| r.parse::<Reference>().ok());
    parsed.map(|r| r.to_string()).unwrap_or_default()
}

pub(super) fn open_link(case: &Listed, label: String) -> AnyView {
    let href = format!("/staff/cases/{}", case.row.id);
    let reference = reference(case);
    view! { <a href=href>{label}<span class="visually-hidden">" "{reference}</span></a> }.into_any()
}

/// How much of what the portal fetches has come: "6 / 8 · 2 项待回".
fn evidence(case: &Listed, locale: Locale) -> AnyView {
    let all = case.service.definition.facts.len() as i64;
    if all == 0 {
        return text(locale, "desk-evidence-none").into_any();
    }
    let pending = case.row.pending_facts.clamp(0, all);
    let count = view! { <span class="num nowrap">{format!("{} / {all}", all - pending)}</span> };
    if pending == 0 {
        return count.into_any();
    }
    let label = with(locale, "desk-evidence-pending", &[("n", pending.into())]);
    view! { <span class="row">{count} <Tag label tone=Tone::Amber icon=IconName::Clock/></span> }.into_any()
}

fn empty(sought: &Sought, locale: Locale) -> AnyView {
    let key = match !sought.is_narrowed() && sought.turn.is_none() {
        true => format!("desk-empty-{}", sought.state.code().replace('_', "-")),
        false => "desk-empty-narrowed".to_owned(),
    };
    let (title, lead) = (text(locale, &key), text(locale, &format!("{key}-text")));
    view! { <EmptyState title text=lead icon=IconName::CircleCheck tone=Tone::Jade/> }.into_any()
}

/// On to the next page, or back to the first: a list by key has no page numbers.
pub(crate) fn pages(back: Option<String>, next: Option<String>, locale: Locale) -> Option<AnyView> {
    if back.is_none() && next.is_none() {
        return None;
    }
    let (first, more) = (text(locale, "desk-first-page"), text(locale, "desk-next-page"));
    Some(
        view! {
            <nav class="pager" aria-label=text(locale, "desk-pages")>
                {back
                    .map(|href| {
                        view! {
                            <a href=href>
                                <Icon name=IconName::ArrowLeft size=IconSize::Small/>
                                {first}
                            </a>
                        }
                    })}
                {next
                    .map(|href| {
                        view! {
                            <a class="pager-next" rel="next" href=href>
                                {more}
                                <Icon name=IconName::ArrowRight size=IconSize::Small/>
                            </a>
                        }
                    })}
            </nav>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_the_list_are_read_or_ignored() {
        let id = "0193f1a0-0000-7000-8000-000000000001";
        let read = place(&format!("1700000000123456-{id}")).unwrap();
        assert_eq!(read.0.as_micros(), 1_700_000_000_123_456);
        assert_eq!(read.1.to_string(), id);
        for wrong in ["", "x", "1-", "-1", "1-2", &format!("x-{id}")] {
            assert!(place(wrong).is_none(), "{wrong}");
        }
    }
}
