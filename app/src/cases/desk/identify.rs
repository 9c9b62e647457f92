//! 对应到登记记录: which record of the register the applicant described.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::identify;
use backend::cases::{CaseError, Opened};
use domain::cases::form::source;
use domain::cases::{Action, Answer};
use domain::catalog::Field;
use domain::catalog::field::FieldType;
use domain::ids::CaseId;
use domain::rules::{Record, Value};
use leptos::prelude::*;
use serde::Deserialize;

use super::decide::{about, crumbs, may, settle, sight};
use super::frame::{Desk, Spot, warning};
use super::values::{Sight, Teller};
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{
    Breadcrumb, ButtonKind, ButtonLink, CheckboxCards, Choice, ErrorLink, ErrorSummary, PageHead, RadioCards,
    StaffLayout, SubmitButton, SummaryList, SummaryRow,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(super) struct Look {
    version: Option<i64>,
    /// Nothing was chosen.
    missing: Option<String>,
}

/// The applicant's words for a record, and the record that was found so far.
fn described(opened: &Opened, field: &str) -> Option<(String, Option<Answer>)> {
    match opened.answers.as_ref()?.get(field)? {
        Answer::Described(words) => Some((words.clone(), None)),
        Answer::Identified { described, value } => {
            Some((described.clone(), Some(Answer::Value(value.clone()))))
        }
        _ => None,
    }
}

fn choices(teller: Teller<'_>, opened: &Opened, field: &Field) -> Vec<Choice> {
    let choice = |(key, row): (String, Record)| {
        Choice::new(key, teller.record(field, &row, Sight::Masked)).hint(teller.rest_of_record(field, &row))
    };
    opened.offered(field).into_iter().map(choice).collect()
}

/// Shows the records of the register beside what was described.
pub(super) async fn ask(
    visit: Visit,
    Path((id, field)): Path<(CaseId, String)>,
    Query(look): Query<Look>,
) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, Action::Approve)?;
    let opened = match sight(&visit, id, look.version, Action::Approve).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let question = opened.service.definition.field(&field).ok_or(PageError::NotFound)?;
    let (words, found) = described(&opened, &field).ok_or(PageError::NotFound)?;
    let fact = source(question).map(|(fact, _)| fact).unwrap_or_default();
    let teller = Teller { reference: &visit.backend().catalog.reference, locale };
    let mut rows = about(&visit, &opened).await?;
    let label = question.label.get(locale).to_owned();
    rows.push(SummaryRow { name: label.clone(), value: words, change: None });
    let choices = choices(teller, &opened, question);
    let pending = opened.facts.pending().any(|id| id == fact);
    let nothing = choices.is_empty().then(|| match pending {
        true => (t("desk-fact-pending"), t("desk-identify-pending-text")),
        false => (t("desk-identify-none"), t("desk-identify-none-text")),
    });
    let wrong = look.missing.map(|_| with(locale, "error-choose", &[("label", label.clone().into())]));
    let errors: Vec<ErrorLink> =
        wrong.iter().map(|text| ErrorLink { field: "record".into(), text: text.clone() }).collect();
    let page_title = super::draft::title(&visit, &t("desk-identify-title"), &errors);
    let several = question.kind == FieldType::MultiChoice;
    let values: Vec<String> = match found {
        Some(Answer::Value(Value::Text(key))) => vec![key],
        Some(Answer::Value(Value::Set(keys))) => keys,
        _ => Vec::new(),
    };
    let (title, lead, legend, yes, no) = (
        t("desk-identify-title"),
        t("desk-identify-lead"),
        t("desk-identify-record"),
        t("desk-identify-yes"),
        t("desk-back-to-case"),
    );
    let (refuse, summary) = (t("desk-refuse"), t("error-summary"));
    // Masked numbers are hard to compare.
    let (in_full, in_full_label) = (format!("/staff/cases/{id}/unmask/{fact}"), t("desk-unmask"));
    let (crumbs, version) = (crumbs(&visit, &opened), opened.row.version);
    visit.page(page_title, move || {
        let any = !choices.is_empty();
        let records = if several {
            view! { <CheckboxCards name="record" legend choices values error=wrong/> }.into_any()
        } else {
            let value = values.into_iter().next().unwrap_or_default();
            view! { <RadioCards name="record" legend choices value error=wrong/> }.into_any()
        };
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead/>
                <form class="form desk-narrow" method="post" action=format!("/staff/cases/{id}/identify/{field}") novalidate=true>
                    <ErrorSummary title=summary errors/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SummaryList plain=true rows/>
                    {nothing.map(|(title, body)| warning(title, body))}
                    {any.then_some(records)}
                    {any.then(|| view! { <p><a href=in_full>{in_full_label}</a></p> })}
                    <div class="row">
                        {any.then(|| view! { <SubmitButton label=yes/> })}
                        {(!any).then(|| view! { <ButtonLink href=format!("/staff/cases/{id}/refuse?version={version}") label=refuse/> })}
                        <ButtonLink href=format!("/staff/cases/{id}") label=no kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

/// Keeps what was chosen.
pub(super) async fn keep(
    visit: Visit,
    Path((id, field)): Path<(CaseId, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    visit.staff()?;
    let version = pairs.iter().find(|(name, _)| name == "version").and_then(|(_, v)| v.parse::<i64>().ok());
    let version = version.unwrap_or_default();
    let keys: Vec<String> =
        pairs.into_iter().filter(|(name, _)| name == "record").map(|(_, key)| key).collect();
    match identify::identify(visit.backend(), visit.actor(), id, version, &field, &keys).await {
        Err(CaseError::Text(_)) => {
            let again = format!("/staff/cases/{id}/identify/{field}?version={version}&missing#error-summary");
            Ok(Redirect::to(&again).into_response())
        }
        Err(CaseError::NotFound) => Err(fail(&visit, CaseError::NotFound)),
        result => settle(&visit, id, Action::Approve, "identified", result).await,
    }
}
