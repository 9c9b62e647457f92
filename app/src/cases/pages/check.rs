//! All answers on one page, before filing.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::cases::{Opened, files, open};
use domain::cases::form::{described_control, source};
use domain::cases::{Answer, CaseState, Form, Outcome, decide};
use domain::catalog::bundle;
use domain::catalog::fee::Due;
use domain::catalog::field::FieldType;
use domain::ids::CaseId;
use domain::rules::{Value, evaluate};
use leptos::prelude::*;

use super::facts::{concern, fact_rows};
use crate::cases::errors::fail;
use crate::cases::fields::file_rows;
use crate::cases::flow::{Flow, resume};
use crate::ui::{
    Alert, AlertKind, FactList, FlowLayout, Frame, Later, PageHead, Steps, SubmitButton, SummaryList,
    SummaryRow,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

pub(in crate::cases) async fn show(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state != CaseState::Draft {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    let form = opened.form();
    if !opened.has_consent() || !form.is_complete() {
        return Ok(Redirect::to(&resume(&opened)).into_response());
    }
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let flow = Flow::of(&opened, &form);
    let definition = &opened.service.definition;
    let sections: Vec<(String, Vec<SummaryRow>)> = definition
        .steps
        .iter()
        .filter(|step| flow.steps.contains(&step.id))
        .map(|step| {
            let change = format!("/cases/{id}/steps/{}?return", step.id);
            (
                step.title.get(locale).to_owned(),
                answer_rows(&visit, &opened, &form, &step.fields, Some(change)),
            )
        })
        .collect();
    let computed = computed_rows(&visit, &opened, &form);
    let files = files::list(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    let files = file_rows(&opened, &files, locale);
    let facts = fact_rows(&visit, &opened, Some(id), true);
    let fee = fee_row(&visit, &opened, &form);
    let steps_text = with(locale, "steps-of", &[("at", flow.pages().into()), ("of", flow.pages().into())]);
    let (title, lead) = (t("check-title"), t("check-lead"));
    let (facts_title, computed_title, fee_title) = (t("check-facts"), t("check-computed"), t("check-fee"));
    let (declare, declare_text) = (t("check-declare"), t("check-declare-text"));
    let prospect = prospect(&visit, &opened, &form);
    // What a register owes, is contested or only described, is not decided at once.
    let at_once = definition.decision.instant
        && opened.pending().is_empty()
        && opened.described().is_empty()
        && !opened.facts.contested()
        && !matches!(prospect, Some(Prospect { refused: true, .. }));
    let submit = if at_once { t("submit-instant") } else { t("submit") };
    let name = definition.name.get(locale).to_owned();
    let back = flow.before(&id.to_string(), None);
    let (action, pages) = (format!("/cases/{id}/submit"), flow.pages());
    let (discard, discard_label) = (format!("/cases/{id}/discard"), t("check-discard"));
    let frame = Frame::of(&visit);
    visit.page(format!("{title} · {name}"), move || {
        let steps = view! { <Steps at=pages of=pages text=steps_text/> }.into_any();
        let actions = view! { <SubmitButton label=submit block=true/> }.into_any();
        view! {
            <FlowLayout frame service=name back later=Later::Link(super::list::SAVED.into()) steps=Some(steps) action actions>
                <PageHead title lead/>
                {prospect
                    .map(|Prospect { title, reasons, text, refused }| {
                        let kind = if refused { AlertKind::Warning } else { AlertKind::Info };
                        view! {
                            <Alert kind title>
                                {(!reasons.is_empty())
                                    .then(|| view! { <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul> })}
                                {text.map(|text| view! { <p>{text}</p> })}
                                {refused.then(|| view! { <p><a href=discard>{discard_label}</a></p> })}
                            </Alert>
                        }
                    })}
                {sections.into_iter().map(|(title, rows)| view! { <SummaryList title rows/> }).collect_view()}
                {files}
                {(!computed.is_empty()).then(|| view! { <SummaryList title=computed_title rows=computed/> })}
                {fee.map(|row| view! { <SummaryList title=fee_title rows=vec![row]/> })}
                {(!facts.is_empty()).then(|| view! { <FactList title=facts_title facts/> })}
                <Alert kind=AlertKind::Info title=declare>
                    <p>{declare_text}</p>
                </Alert>
            </FlowLayout>
        }
    })
}

/// What is to be expected once the draft is filed as it is.
struct Prospect {
    title: String,
    reasons: Vec<String>,
    text: Option<String>,
    /// Nobody is stopped; everybody is told.
    refused: bool,
}

fn prospect(visit: &Visit, opened: &Opened, form: &Form) -> Option<Prospect> {
    let locale = visit.locale;
    let definition = &opened.service.definition;
    let (outcome, findings) = decide(definition, &opened.scope(form, true));
    if outcome == Outcome::Refuse {
        let rules = definition.eligibility.iter().chain(&definition.decision.rules).zip(&findings);
        let broken = rules.filter(|(_, finding)| finding.holds == Ok(false));
        return Some(Prospect {
            title: text(locale, "check-will-refuse"),
            reasons: broken.map(|(rule, _)| rule.no.get(locale).to_owned()).collect(),
            text: Some(text(locale, "check-will-refuse-text")),
            refused: true,
        });
    }
    if let Some((title, reasons)) = concern(visit, opened) {
        return Some(Prospect { title, reasons, text: None, refused: true });
    }
    (definition.decision.instant && opened.facts.contested()).then(|| Prospect {
        title: text(locale, "check-by-person"),
        reasons: Vec::new(),
        text: Some(text(locale, "check-by-person-contested")),
        refused: false,
    })
}

/// Questions of a step with their answers in words.
pub(in crate::cases) fn answer_rows(
    visit: &Visit,
    opened: &Opened,
    form: &Form,
    fields: &[domain::catalog::Field],
    change: Option<String>,
) -> Vec<SummaryRow> {
    let reference = &visit.backend().catalog.reference;
    fields
        .iter()
        .filter_map(|field| Some((field, form.field(&field.id)?)))
        .filter(|(_, state)| state.asked)
        .map(|(field, state)| {
            let value = match &state.answer {
                Some(answer) => picked_text(opened, reference, field, answer, visit),
                None => text(visit.locale, "not-answered"),
            };
            let anchor = match field.kind {
                _ if matches!(state.answer, Some(Answer::Described(_))) => described_control(&field.id),
                FieldType::Address => format!("{}.region", field.id),
                FieldType::Person => format!("{}.name", field.id),
                _ => field.id.clone(),
            };
            SummaryRow {
                name: field.label.get(visit.locale).to_owned(),
                value,
                change: change.as_ref().map(|c| format!("{c}#{anchor}")),
            }
        })
        .collect()
}

/// What was chosen from a register's records is shown by its name, with its key; what was described, as that.
pub(in crate::cases) fn picked_text(
    opened: &Opened,
    reference: &backend::catalog::Reference,
    field: &domain::catalog::Field,
    answer: &Answer,
    visit: &Visit,
) -> String {
    let words = reference.answer_text(field, answer, visit.locale);
    let said =
        |described: &str| with(visit.locale, "answer-described", &[("words", described.to_owned().into())]);
    let Some((fact, key)) = source(field) else { return words };
    let label = reference.registers.fact(fact).and_then(|(_, spec)| spec.label.as_deref()).unwrap_or(key);
    let named = |words: String| {
        let row = opened.offered(field).into_iter().find(|(key, _)| *key == words).map(|(_, row)| row);
        match row.as_ref().and_then(|row| row.get(label)).and_then(Value::as_text) {
            Some(name) if name != words => format!("{name}（{words}）"),
            _ => words,
        }
    };
    match answer {
        Answer::Described(described) => said(described),
        Answer::Identified { described, .. } => format!("{}\n{}", named(words), said(described)),
        _ => named(words),
    }
}

/// What follows from facts and answers.
pub(in crate::cases) fn computed_rows(visit: &Visit, opened: &Opened, form: &Form) -> Vec<SummaryRow> {
    let reference = &visit.backend().catalog.reference;
    opened
        .computed(form)
        .into_iter()
        // What a bundle hands on to its services was said above, or is what nobody has to say.
        .filter(|(computed, _)| opened.service.bundle.is_none() || !bundle::is_given(&computed.id))
        .map(|(computed, value)| SummaryRow {
            name: computed.label.get(visit.locale).to_owned(),
            value: reference.scalar_text(&value, &[], None, visit.locale),
            change: None,
        })
        .collect()
}

/// What it costs and when that is due.
fn fee_row(visit: &Visit, opened: &Opened, form: &Form) -> Option<SummaryRow> {
    let fee = opened.service.definition.fee.as_ref()?;
    let amount = match evaluate(&fee.amount, &opened.scope(form, false)) {
        Ok(Value::Money(fen)) => backend::catalog::display::yuan(fen, visit.locale),
        _ => text(visit.locale, "fee-later"),
    };
    let due = match fee.due {
        Due::First => text(visit.locale, "fee-first"),
        Due::OnResult => text(visit.locale, "fee-on-result"),
    };
    Some(SummaryRow {
        name: fee.name.get(visit.locale).to_owned(),
        value: format!("{amount}\n{due}"),
        change: None,
    })
}
