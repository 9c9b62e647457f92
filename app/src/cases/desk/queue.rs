//! What waits: the queue of the department by state, and finding a case by its reference number.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use backend::cases::list::Listed;
use backend::cases::queue;
use domain::cases::{CaseState, Reference};
use domain::ids::CaseId;
use domain::text::Locale;
use domain::time::Timestamp;
use jiff::civil::Date;
use leptos::prelude::*;
use serde::Deserialize;

use super::frame::{Desk, Spot, counted, due_words, notice, state_words};
use crate::cases::errors::fail;
use crate::ui::{
    ButtonKind, ButtonLink, Column, ColumnKind, EmptyState, Icon, IconName, IconSize, PageHead, SearchForm,
    StaffLayout, StatCard, Stats, TabLink, Table, Tabs, Tag, Tone, Toolbar, Trend,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Cases on a page.
pub(super) const PAGE: usize = 20;

/// The states of the queue, as tabs.
const TABS: [CaseState; 3] = [CaseState::Submitted, CaseState::Accepted, CaseState::AwaitingPayment];

#[derive(Deserialize)]
pub(super) struct Look {
    state: Option<String>,
    /// The last case of the page before.
    after: Option<String>,
    /// A reference number.
    q: Option<String>,
    did: Option<String>,
}

/// A place in a list: `<microseconds>-<id>`.
pub(super) fn place(text: &str) -> Option<(Timestamp, CaseId)> {
    let (at, id) = text.split_once('-')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// Where the page after `listed` begins.
pub(super) fn place_of(listed: &Listed) -> Option<String> {
    Some(format!("{}-{}", listed.row.submitted_at?.as_micros(), listed.row.id))
}

pub(super) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Queue).await?;
    if !desk.may_accept && !desk.may_decide {
        return Ok(Redirect::to("/staff/me").into_response());
    }
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    if let Some(typed) = look.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let found = match typed.parse::<Reference>() {
            Ok(reference) => {
                let id =
                    queue::by_reference(backend, actor, &reference).await.map_err(|e| fail(&visit, e))?;
                id.ok_or("desk-search-none")
            }
            Err(_) => Err("desk-search-wrong"),
        };
        return match found {
            Ok(id) => Ok(Redirect::to(&format!("/staff/cases/{id}")).into_response()),
            Err(key) => not_found(&visit, desk, typed.chars().take(100).collect(), key),
        };
    }
    // Who only decides begins with what can be decided.
    let first = if desk.may_accept { CaseState::Submitted } else { CaseState::Accepted };
    let state =
        look.state.as_deref().and_then(CaseState::from_code).filter(|s| TABS.contains(s)).unwrap_or(first);
    let after = look.after.as_deref().and_then(place);
    let limit = PAGE as i64 + 1;
    let mut cases = queue::queue(backend, actor, state, after, limit).await.map_err(|e| fail(&visit, e))?;
    let more = cases.len() > PAGE;
    cases.truncate(PAGE);
    let names = queue::applicants(backend, actor, &cases).await.map_err(|e| fail(&visit, e))?;
    let here = format!("/staff?state={}", state.code());
    let next = cases.last().filter(|_| more).and_then(place_of).map(|last| format!("{here}&after={last}"));
    let back = after.is_some().then_some(here);
    let today = backend.now().date_in_china();
    let title = text(locale, "desk-queue");
    // The window's tab says how much waits for whoever is at work, too.
    let page_title = match desk.mine() {
        0 => title.clone(),
        n => with(locale, "desk-queue-counted", &[("n", counted(n).into())]),
    };
    visit.page(page_title, || {
        let rows = rows(&desk, &cases, names, today, locale);
        let notice = notice(look.did.as_deref(), locale);
        let list = if rows.is_empty() {
            empty(state, locale)
        } else {
            let caption = state_words(state, locale).0;
            view! { <Table caption columns=columns(locale) rows/> }.into_any()
        };
        let tabs = tabs(&desk, state, locale);
        let (figures, lead) = (figures(&desk, locale), mine(&desk, locale));
        view! {
            <StaffLayout frame=desk.frame notice>
                <div class="desk-top">
                    <PageHead title lead/>
                    <Toolbar>{search(locale, String::new())}</Toolbar>
                </div>
                {figures}
                <div class="stack desk-list">
                    {tabs}
                    {list}
                    {pages(back, next, locale)}
                </div>
            </StaffLayout>
        }
    })
}

fn search(locale: Locale, value: String) -> AnyView {
    let (label, placeholder) = (text(locale, "desk-search"), text(locale, "desk-search-example"));
    view! { <SearchForm action="/staff" label placeholder value plain=true/> }.into_any()
}

fn not_found(visit: &Visit, desk: Desk, typed: String, key: &'static str) -> PageResult {
    let locale = visit.locale;
    let title = text(locale, key);
    let (lead, back) = (text(locale, &format!("{key}-text")), text(locale, "desk-to-queue"));
    visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=text(locale, "desk-search")/>
                <Toolbar>{search(locale, typed)}</Toolbar>
                <EmptyState title text=lead icon=IconName::Search tone=Tone::Slate>
                    <ButtonLink href="/staff" label=back kind=ButtonKind::Secondary small=true/>
                </EmptyState>
            </StaffLayout>
        }
    })
}

fn tabs(desk: &Desk, now: CaseState, locale: Locale) -> AnyView {
    let count = |state| match state {
        CaseState::Submitted => desk.waiting.submitted,
        CaseState::Accepted => desk.waiting.accepted,
        _ => desk.waiting.awaiting_payment,
    };
    let links = TABS
        .map(|state| TabLink {
            href: format!("/staff?state={}", state.code()),
            label: state_words(state, locale).0,
            count: Some(count(state) as u64),
            current: state == now,
        })
        .to_vec();
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
            <StatCard label=t("desk-figure-overdue") value=counted(w.overdue) unit=unit.clone() note=note(w.overdue, "desk-figure-overdue-note") trend=trend(w.overdue)/>
            <StatCard label=t("desk-figure-today") value=counted(w.due_today) unit=unit.clone() note=note(w.due_today, "desk-figure-today-note")/>
            <StatCard label=t("desk-figure-pending") value=counted(w.pending) unit note=note(w.pending, "desk-figure-pending-note")/>
        </Stats></div>
    }
    .into_any()
}

fn columns(locale: Locale) -> Vec<Column> {
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    vec![
        column("desk-column-due", ColumnKind::Mark),
        column("desk-column-reference", ColumnKind::Plain),
        column("desk-column-service", ColumnKind::Lead),
        column("desk-column-applicant", ColumnKind::Plain),
        column("desk-column-evidence", ColumnKind::Plain),
        column("desk-column-stage", ColumnKind::Plain),
        column("desk-column-action", ColumnKind::Action),
    ]
}

fn rows(desk: &Desk, cases: &[Listed], names: Vec<String>, today: Date, locale: Locale) -> Vec<Vec<AnyView>> {
    cases
        .iter()
        .zip(names)
        .map(|(case, name)| {
            let (due, tone) = due_words(today, case.row.due_on.as_deref(), case.row.state, locale);
            let stage = text(locale, &format!("desk-stage-{}", case.row.state.code().replace('_', "-")));
            vec![
                view! { <Tag label=due tone/> }.into_any(),
                view! { <span class="num nowrap">{reference(case)}</span> }.into_any(),
                case.service.definition.name.get(locale).to_owned().into_any(),
                name.into_any(),
                evidence(case, locale),
                stage.into_any(),
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

fn empty(state: CaseState, locale: Locale) -> AnyView {
    let key = format!("desk-empty-{}", state.code().replace('_', "-"));
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
