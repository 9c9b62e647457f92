//! Somebody was faster: what happened meanwhile, and the way back.

use backend::cases::Opened;
use backend::cases::queue::glance;
use backend::cases::track::Happened;
use domain::cases::Action;
use domain::ids::CaseId;
use http::StatusCode;
use leptos::prelude::*;

use super::frame::{Desk, Spot, state_words};
use super::show::{events, holder, names};
use crate::cases::errors::fail;
use crate::cases::pages::track::reference_text;
use crate::ui::{Alert, AlertKind, ButtonKind, ButtonLink, Card, PageHead, StaffLayout, Tag, Timeline};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// The newest entries that are shown.
const SHOWN: usize = 3;

/// `action` was asked for on a sight of the case that is no longer true.
pub(super) async fn page(visit: &Visit, id: CaseId, action: Action) -> PageResult {
    let (opened, timeline) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    let key = why(visit, &opened, &timeline, action);
    let desk = Desk::of_case(visit, Spot::Queue, id).await?;
    let locale = visit.locale;
    let (title, lead) = (text(locale, key), text(locale, &format!("{key}-text")));
    let names = names(visit, &opened, &timeline).await?;
    let skipped = timeline.len().saturating_sub(SHOWN);
    let events = events(visit, &opened, &timeline, &names).split_off(skipped);
    let (state, tone) = state_words(opened.row.state, locale);
    let heading = format!("{} · {}", opened.service.definition.name.get(locale), reference_text(&opened));
    let (happened, look, back) =
        (text(locale, "desk-happened"), text(locale, "desk-conflict-look"), text(locale, "desk-to-queue"));
    let mut response = visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title>
                    <Tag label=state tone/>
                </PageHead>
                <div class="stack desk-narrow">
                    <Alert kind=AlertKind::Warning title=heading><p>{lead}</p></Alert>
                    <Card title=happened><Timeline events/></Card>
                    <div class="row">
                        <ButtonLink href=format!("/staff/cases/{id}") label=look/>
                        <ButtonLink href="/staff" label=back kind=ButtonKind::Secondary/>
                    </div>
                </div>
            </StaffLayout>
        }
    })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

/// Somebody else has the case.
pub(super) async fn held(visit: &Visit, id: CaseId) -> PageResult {
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    let desk = Desk::of_case(visit, Spot::Queue, id).await?;
    let holder = holder(visit, &opened).await?;
    let locale = visit.locale;
    let (name, until) = holder.map_or_else(Default::default, |h| (h.name, h.until));
    let title = with(locale, "desk-held", &[("name", name.into())]);
    let lead = with(locale, "desk-held-text", &[("until", until.into())]);
    let heading = format!("{} · {}", opened.service.definition.name.get(locale), reference_text(&opened));
    let (look, back) = (text(locale, "desk-conflict-look"), text(locale, "desk-to-queue"));
    let mut response = visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title/>
                <div class="stack desk-narrow">
                    <Alert kind=AlertKind::Warning title=heading><p>{lead}</p></Alert>
                    <div class="row">
                        <ButtonLink href=format!("/staff/cases/{id}") label=look/>
                        <ButtonLink href="/staff" label=back kind=ButtonKind::Secondary/>
                    </div>
                </div>
            </StaffLayout>
        }
    })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

/// Who accepted the case does not decide it.
pub(super) async fn separated(visit: &Visit, id: CaseId) -> PageResult {
    said(visit, id, "desk-separated").await
}

/// The applicant is waited for, and nobody has the case.
pub(super) async fn waits(visit: &Visit, id: CaseId) -> PageResult {
    said(visit, id, "desk-waits").await
}

/// Why it cannot be done, and the way back.
async fn said(visit: &Visit, id: CaseId, key: &str) -> PageResult {
    let desk = Desk::of_case(visit, Spot::Queue, id).await?;
    let locale = visit.locale;
    let (title, body) = (text(locale, key), text(locale, &format!("{key}-text")));
    let (look, back) = (text(locale, "desk-conflict-look"), text(locale, "desk-to-queue"));
    let mut response = visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=title.clone()/>
                <div class="stack desk-narrow">
                    <Alert kind=AlertKind::Warning title><p>{body}</p></Alert>
                    <div class="row">
                        <ButtonLink href=format!("/staff/cases/{id}") label=look/>
                        <ButtonLink href="/staff" label=back kind=ButtonKind::Secondary/>
                    </div>
                </div>
            </StaffLayout>
        }
    })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}

/// Handled by somebody else, by oneself in another window, or merely changed.
fn why(visit: &Visit, opened: &Opened, timeline: &[Happened], action: Action) -> &'static str {
    if opened.row.state.after(action).is_ok() {
        return "desk-conflict-changed";
    }
    let me = visit.viewer.as_ref().and_then(|v| v.staff()).map(|s| s.id.0);
    let last = timeline.last();
    match last.map(|l| l.actor_kind.as_str()) {
        Some("staff") if last.is_some_and(|l| l.actor_id == me) => "desk-conflict-mine",
        Some("person") => "desk-conflict-applicant",
        _ => "desk-conflict-other",
    }
}
