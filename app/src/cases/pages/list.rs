//! A person's cases and drafts.

use axum::extract::Query;
use backend::cases::list::{Listed, cases_of};
use domain::cases::{CaseState, Reference};
use domain::ids::CaseId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::track::state_tag;
use crate::cases::errors::fail;
use crate::ui::{
    ButtonKind, ButtonLink, CitizenLayout, EmptyState, Frame, List, ListRow, Notice, PageHead, Place, Tag,
    Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const PAGE: i64 = 20;

/// The list after answers were saved to go on later.
pub(in crate::cases) const SAVED: &str = "/cases?did=saved";
/// The list after a draft was thrown away.
pub(in crate::cases) const DISCARDED: &str = "/cases?did=discarded";

#[derive(Deserialize)]
pub(in crate::cases) struct Paging {
    /// Last change of the last case before this page, in microseconds, and its id.
    at: Option<i64>,
    id: Option<CaseId>,
    /// What was just done.
    did: Option<String>,
}

pub(in crate::cases) async fn show(visit: Visit, Query(paging): Query<Paging>) -> PageResult {
    let before = paging.at.map(Timestamp::from_micros).zip(paging.id);
    let mut cases =
        cases_of(visit.backend(), visit.actor(), before, PAGE + 1).await.map_err(|e| fail(&visit, e))?;
    let older = (cases.len() as i64 > PAGE).then(|| {
        cases.truncate(PAGE as usize);
        cases.last().map(|c| format!("/cases?at={}&id={}", c.row.changed_at.as_micros(), c.row.id))
    });
    let older = older.flatten();
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let (title, older_label) = (t("cases-title"), t("older"));
    let (empty, empty_text, find) = (t("cases-empty"), t("cases-empty-text"), t("find-service"));
    let empty_list = cases.is_empty();
    let did = match paging.did.as_deref() {
        Some("saved") => Some(t("cases-did-saved")),
        Some("discarded") => Some(t("cases-did-discarded")),
        _ => None,
    };
    let frame = Frame::of(&visit);
    let heading = title.clone();
    visit.page(title.clone(), || {
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        let rows = cases
            .iter()
            .map(|case| {
                let discard = (case.row.state == CaseState::Draft).then(|| {
                    let href = format!("/cases/{}/discard", case.row.id);
                    view! { <a href=href>{t("discard")}</a> }.into_any()
                });
                row(&visit, case, discard)
            })
            .collect_view();
        view! {
            <CitizenLayout frame bar_title=title back="/me" place=Place::Me narrow=true notice>
                <PageHead title=heading in_bar=true/>
                {if empty_list {
                    view! {
                        <EmptyState title=empty text=empty_text>
                            <ButtonLink href="/services" label=find/>
                        </EmptyState>
                    }
                        .into_any()
                } else {
                    view! {
                        <List>{rows}</List>
                    }
                        .into_any()
                }}
                {older.map(|href| view! { <ButtonLink href label=older_label kind=ButtonKind::Secondary block=true/> })}
            </CitizenLayout>
        }
    })
}

/// Cases as rows of a list.
pub(crate) fn rows(visit: &Visit, cases: &[Listed]) -> AnyView {
    cases.iter().map(|case| row(visit, case, None)).collect_view().into_any()
}

fn row(visit: &Visit, case: &Listed, beside: Option<AnyView>) -> AnyView {
    let locale = visit.locale;
    let time = case.row.changed_at.display_minutes();
    let reference = case.row.reference.as_deref().and_then(|r| r.parse::<Reference>().ok());
    let note = match (case.row.state, reference) {
        (CaseState::Draft, _) => with(locale, "case-draft-note", &[("time", time.into())]),
        (_, Some(reference)) => format!("{reference} · {time}"),
        (_, None) => time,
    };
    let (state, tone) = match case.progress {
        Some((done, all)) => {
            let counts = [("done", done.into()), ("all", all.into())];
            (with(locale, "bundle-progress", &counts), if done == all { Tone::Jade } else { Tone::Blue })
        }
        None => state_tag(case.row.state, locale),
    };
    let (more, waits) = super::bundle::awaited_words(&case.awaited, locale).unzip();
    let tone = if waits.is_some() { Tone::Amber } else { tone };
    let waits = waits.map(|href| view! { <a href=href>{text(locale, "supplement-open")}</a> }.into_any());
    let beside = beside.or(waits);
    let end = view! { <Tag label=state tone/> }.into_any();
    let title = case.service.definition.name.get(locale).to_owned();
    view! { <ListRow title href=format!("/cases/{}", case.row.id) note more=more.unwrap_or_default() end=Some(end) beside/> }.into_any()
}
