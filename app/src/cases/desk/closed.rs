//! What was decided, by outcome, newest filed first.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use backend::cases::queue;
use domain::cases::CaseState;
use leptos::prelude::*;
use serde::Deserialize;

use super::frame::{Desk, Spot, desk_code, state_words};
use super::queue::{PAGE, open_link, pages, place, place_of, reference};
use crate::cases::errors::fail;
use crate::ui::{
    Column, ColumnKind, EmptyState, IconName, PageHead, StaffLayout, TabLink, Table, Tabs, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::text;

const TABS: [CaseState; 5] =
    [CaseState::Approved, CaseState::Refused, CaseState::Declined, CaseState::Withdrawn, CaseState::Lapsed];

#[derive(Deserialize)]
pub(super) struct Look {
    desk: Option<String>,
    state: Option<String>,
    /// The last case of the page before.
    before: Option<String>,
}

pub(super) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::at(&visit, Spot::Done, look.desk.as_deref()).await?;
    let Some(at) = desk.at.clone() else { return Ok(Redirect::to("/staff/me").into_response()) };
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let state = look.state.as_deref().and_then(CaseState::from_code).filter(|s| TABS.contains(s));
    let state = state.unwrap_or(CaseState::Approved);
    let before = look.before.as_deref().and_then(place);
    let limit = PAGE as i64 + 1;
    let mut cases = queue::filed_before(backend, actor, &at.desk, state, before, limit)
        .await
        .map_err(|e| fail(&visit, e))?;
    let more = cases.len() > PAGE;
    cases.truncate(PAGE);
    let names = queue::applicants(backend, actor, &cases).await.map_err(|e| fail(&visit, e))?;
    let base = format!("/staff/done?desk={}", desk_code(&at.desk));
    let here = format!("{base}&state={}", state.code());
    let next = cases.last().filter(|_| more).and_then(place_of).map(|last| format!("{here}&before={last}"));
    let back = before.is_some().then_some(here);
    let (result, tone) = state_words(state, locale);
    let rows: Vec<Vec<AnyView>> = cases
        .iter()
        .zip(names)
        .map(|(case, name)| {
            let closed = case.row.closed_at.map(|at| at.display_minutes()).unwrap_or_default();
            vec![
                view! { <Tag label=result.clone() tone/> }.into_any(),
                view! { <span class="num nowrap">{reference(case)}</span> }.into_any(),
                case.service.definition.name.get(locale).to_owned().into_any(),
                name.into_any(),
                view! { <span class="num nowrap">{closed}</span> }.into_any(),
                open_link(case, text(locale, "desk-look")),
            ]
        })
        .collect();
    let links = TABS
        .map(|tab| TabLink {
            href: format!("{base}&state={}", tab.code()),
            label: state_words(tab, locale).0,
            count: None,
            current: tab == state,
        })
        .to_vec();
    let title = text(locale, "desk-done");
    visit.page(title.clone(), move || {
        let column = |key: &str, kind| Column::new(text(locale, key), kind);
        let columns = vec![
            column("desk-column-result", ColumnKind::Mark),
            column("desk-column-reference", ColumnKind::Plain),
            column("desk-column-service", ColumnKind::Lead),
            column("desk-column-applicant", ColumnKind::Plain),
            column("desk-column-closed", ColumnKind::Plain),
            column("desk-column-action", ColumnKind::Action),
        ];
        let list = if rows.is_empty() {
            let (title, lead) = (text(locale, "desk-done-empty"), text(locale, "desk-done-empty-text"));
            view! { <EmptyState title text=lead icon=IconName::Checklist tone=Tone::Slate/> }.into_any()
        } else {
            view! { <Table caption=result columns rows/> }.into_any()
        };
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title/>
                <div class="stack">
                    <Tabs label=text(locale, "desk-tabs") links/>
                    {list}
                </div>
                {pages(back, next, locale)}
            </StaffLayout>
        }
    })
}
