//! 与实际不符: saying that a value is wrong, and why.

use axum::extract::Path;
use backend::cases::{Opened, open};
use domain::cases::Wrong;
use domain::ids::CaseId;
use domain::registers::FactState;
use leptos::prelude::*;

use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{
    ButtonKind, ErrorLink, ErrorSummary, FlowLayout, Frame, PageHead, SubmitButton, SummaryList, SummaryRow,
    TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

pub(in crate::cases) async fn show(visit: Visit, Path((id, fact)): Path<(CaseId, String)>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let evidence = opened.evidence.iter().find(|e| e.fact == fact).ok_or(PageError::NotFound)?;
    let reason = evidence.contest.as_ref().map(|(_, reason)| reason.clone()).unwrap_or_default();
    page(&visit, &opened, id, &fact, reason, None)
}

/// The same page with what was typed and what is wrong with it.
pub(in crate::cases) async fn show_wrong(
    visit: Visit,
    id: CaseId,
    fact: String,
    typed: String,
    wrong: Wrong,
) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let mut response = page(&visit, &opened, id, &fact, typed, Some(wrong))?;
    *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn page(
    visit: &Visit,
    opened: &Opened,
    id: CaseId,
    fact: &str,
    typed: String,
    wrong: Option<Wrong>,
) -> PageResult {
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let reference = &visit.backend().catalog.reference;
    let evidence = opened.evidence.iter().find(|e| e.fact == fact).ok_or(PageError::NotFound)?;
    let (register, spec) = reference.registers.fact(fact).ok_or(PageError::NotFound)?;
    let value = match &evidence.state {
        FactState::Known(value) | FactState::Contested(Some(value)) => {
            reference.fact_text(spec, value, locale)
        }
        FactState::NoRecord | FactState::Contested(None) => t("fact-none"),
        FactState::Pending => return Err(PageError::NotFound),
    };
    let contested = evidence.contest.is_some();
    let label = t("contest-reason");
    let error = wrong.map(|wrong| {
        let max = backend::cases::MAX_REASON;
        match wrong {
            Wrong::TooShort(_) | Wrong::Missing => {
                with(locale, "error-missing", &[("label", label.clone().into())])
            }
            Wrong::TooLong(_) => {
                with(locale, "error-text-too-long", &[("label", label.clone().into()), ("n", max.into())])
            }
            _ => with(locale, "error-forbidden-characters", &[("label", label.clone().into())]),
        }
    });
    let rows = vec![
        SummaryRow { name: spec.name.get(locale).into(), value, change: None },
        SummaryRow { name: t("contest-register"), value: register.name.get(locale).into(), change: None },
    ];
    let (title, lead, hint) = (t("contest-title"), t("contest-lead"), t("contest-hint"));
    let (send, undo, summary) = (t("contest-send"), t("contest-undo"), t("error-summary"));
    let name = opened.service.definition.name.get(locale).to_owned();
    let action = format!("/cases/{id}/contest/{fact}");
    let frame = Frame::of(visit);
    let page_title = if error.is_some() { format!("{}{title}", t("error-prefix")) } else { title.clone() };
    visit.page(page_title, move || {
        let links = error.iter().map(|text| ErrorLink { field: "reason".into(), text: text.clone() }).collect::<Vec<_>>();
        let errors = (!links.is_empty()).then(|| view! { <ErrorSummary title=summary errors=links/> }.into_any());
        let actions = view! {
            <SubmitButton label=send block=true/>
            {contested.then(|| view! { <SubmitButton label=undo kind=ButtonKind::Secondary name="undo" value="1" block=true/> })}
        }
        .into_any();
        view! {
            <FlowLayout frame service=name back=format!("/cases/{id}/facts") action errors actions>
                <PageHead title lead in_bar=true/>
                <SummaryList rows/>
                <TextArea name="reason" label hint value=typed error rows=4 maxlength=backend::cases::MAX_REASON/>
            </FlowLayout>
        }
    })
}
