//! Bad reviews of the department, by where the work on them stands.

use axum::extract::Query;
use backend::reviews::{TaskLine, tasks};
use domain::reviews::TaskState;
use leptos::prelude::*;
use serde::Deserialize;

use super::{PAGE, place, place_of, tabs};
use crate::cases::desk::frame::{Desk, Spot};
use crate::cases::desk::queue::pages;
use crate::reviews::errors::fail;
use crate::reviews::words;
use crate::ui::{
    Column, ColumnKind, EmptyState, IconName, Notice, PageHead, StaffLayout, Table, Tabs, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::text;

#[derive(Deserialize)]
pub(in crate::reviews) struct Look {
    state: Option<String>,
    /// The last line of the page before.
    after: Option<String>,
    did: Option<String>,
}

const DID: [&str; 3] = ["verified", "answered", "opined"];

pub(in crate::reviews) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Reviews).await?;
    let locale = visit.locale;
    let state = look.state.as_deref().and_then(TaskState::from_code).unwrap_or(TaskState::Opened);
    let after = look.after.as_deref().and_then(place);
    let limit = PAGE as i64 + 1;
    let mut found =
        tasks(visit.backend(), visit.actor(), state, after, limit).await.map_err(|e| fail(&visit, e))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let here = format!("/staff/reviews?state={}", state.code());
    let next = found.last().filter(|_| more);
    let next = next.map(|last| format!("{here}&after={}", place_of(&last.opened_on, last.id)));
    let back = after.is_some().then_some(here);
    let did = look.did.filter(|did| DID.contains(&did.as_str()));
    let did = did.map(|did| text(locale, &format!("desk-review-did-{did}")));
    let rows: Vec<(TaskLine, String)> =
        found.into_iter().map(|task| (task.clone(), words::service(&visit, &task.service))).collect();
    let title = text(locale, "desk-reviews");
    visit.page(title.clone(), move || {
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        let column = |key: &str, kind| Column::new(text(locale, key), kind);
        let columns = vec![
            column("desk-column-due", ColumnKind::Mark),
            column("desk-column-service", ColumnKind::Lead),
            column("desk-review-opened", ColumnKind::Plain),
            column("desk-column-action", ColumnKind::Action),
        ];
        let (caption, _) = words::state(state, locale);
        let list = if rows.is_empty() {
            let (title, lead) = (text(locale, "desk-reviews-empty"), text(locale, "desk-reviews-empty-text"));
            view! { <EmptyState title text=lead icon=IconName::CircleCheck tone=Tone::Jade/> }.into_any()
        } else {
            let rows = rows
                .into_iter()
                .map(|(task, service)| {
                    let (label, tone) = words::due(task.due, locale);
                    let open = text(locale, "desk-look");
                    vec![
                        view! { <Tag label tone/> }.into_any(),
                        service.clone().into_any(),
                        view! { <span class="num nowrap">{task.opened_on}</span> }.into_any(),
                        view! {
                            <a href=format!("/staff/reviews/{}", task.id)>
                                {open}
                                <span class="visually-hidden">" "{service}</span>
                            </a>
                        }
                        .into_any(),
                    ]
                })
                .collect();
            view! { <Table caption columns rows/> }.into_any()
        };
        view! {
            <StaffLayout frame=desk.frame notice>
                <PageHead title lead=text(locale, "desk-reviews-lead")/>
                <div class="stack">
                    <Tabs label=text(locale, "desk-tabs") links=tabs(Some(state), locale)/>
                    {list}
                </div>
                {pages(back, next, locale)}
            </StaffLayout>
        }
    })
}
