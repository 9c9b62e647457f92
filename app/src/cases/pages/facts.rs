//! What the registers said: value, register, time, and the way to say that it is wrong.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::{Evidence, Opened, open};
use backend::catalog::Reference;
use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::registers::{FactState as State, Mask};
use domain::rules::{Value, Verdict, weigh};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use crate::cases::errors::fail;
use crate::cases::flow::Flow;
use crate::ui::{
    ActionBar, Alert, AlertKind, ButtonLink, CitizenLayout, Fact, FactList, FactState, Frame, PageHead, Steps,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::cases) struct Look {
    /// They were just asked for again.
    renewed: Option<String>,
}

pub(in crate::cases) async fn show(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state != CaseState::Draft {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    if !opened.has_consent() {
        return Ok(Redirect::to(&format!("/cases/{id}/consent")).into_response());
    }
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let form = opened.form();
    let flow = Flow::of(&opened, &form);
    let facts = fact_rows(&visit, &opened, Some(id), true);
    let pending = opened.evidence.iter().filter(|e| e.state == State::Pending).count();
    let known = facts.iter().filter(|f| matches!(f.state, FactState::Given | FactState::Contested)).count();
    let questions = form.fields.iter().filter(|f| f.asked).count();
    let lead = with(locale, "facts-lead", &[("known", known.into()), ("questions", questions.into())]);
    let steps_text = with(locale, "steps-of", &[("at", 1.into()), ("of", flow.pages().into())]);
    let concern = concern(&visit, &opened);
    let renewed = look.renewed.map(|_| (t("facts-renewed-title"), t("facts-renewed-text")));
    let waiting = (pending > 0).then(|| (t("facts-pending-title"), t("facts-pending-text")));
    let (name, title) = (opened.service.definition.name.get(locale).to_owned(), t("facts-title"));
    let (next, next_label) = (flow.after(&id.to_string(), None), t("next"));
    let refresh = pending > 0;
    let refresh_label = t("facts-refresh");
    let frame = Frame::of(&visit);
    let pages = flow.pages();
    visit.page(format!("{title} · {name}"), move || {
        view! {
            <CitizenLayout frame bar_title=name back="/cases" tabs=false narrow=true>
                <Steps at=1 of=pages text=steps_text/>
                <PageHead title lead/>
                {concern
                    .map(|(title, reasons)| {
                        view! {
                            <Alert kind=AlertKind::Warning title>
                                <ul>{reasons.into_iter().map(|r| view! { <li>{r}</li> }).collect_view()}</ul>
                            </Alert>
                        }
                    })}
                {renewed.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {waiting.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                <FactList facts/>
                <ActionBar>
                    <ButtonLink href=next label=next_label block=true/>
                    {refresh.then(|| view! { <ButtonLink href=format!("/cases/{id}/facts") label=refresh_label kind=crate::ui::ButtonKind::Secondary block=true/> })}
                </ActionBar>
            </CitizenLayout>
        }
    })
}

/// Conditions for applying that do not hold by what is known: nobody is stopped, everybody is told.
pub(super) fn concern(visit: &Visit, opened: &Opened) -> Option<(String, Vec<String>)> {
    let form = opened.form();
    let (verdict, findings) = weigh(&opened.service.definition.eligibility, &opened.scope(&form, true));
    if verdict != Verdict::No {
        return None;
    }
    let reasons = findings
        .iter()
        .zip(&opened.service.definition.eligibility)
        .filter(|(finding, _)| finding.holds == Ok(false))
        .map(|(_, rule)| rule.no.get(visit.locale).to_owned())
        .collect();
    Some((text(visit.locale, "facts-not-eligible"), reasons))
}

/// The facts of a case as rows, masked; with links to contest them while it is a draft.
pub(in crate::cases) fn fact_rows(
    visit: &Visit,
    opened: &Opened,
    contest: Option<CaseId>,
    masked: bool,
) -> Vec<Fact> {
    let locale = visit.locale;
    let reference = &visit.backend().catalog.reference;
    opened
        .evidence
        .iter()
        .filter_map(|evidence| {
            let (fact, value, state) = fact_words(reference, evidence, masked, locale)?;
            let name = reference.registers.fact(&evidence.fact)?.0.name.get(locale);
            let source = match (&evidence.state, evidence.observed_at) {
                (State::Pending, _) => text(locale, "fact-pending-note"),
                (State::Contested(_), _) => {
                    let reason =
                        evidence.contest.as_ref().map(|(_, reason)| reason.clone()).unwrap_or_default();
                    with(locale, "fact-contested-note", &[("reason", reason.into())])
                }
                (_, Some(at)) => with(
                    locale,
                    "fact-source",
                    &[("register", name.into()), ("time", at.display_minutes().into())],
                ),
                (_, None) => name.to_owned(),
            };
            let may_contest = evidence.state != State::Pending;
            let contest = contest.filter(|_| may_contest).map(|id| {
                let key = if state == FactState::Contested { "fact-contest-change" } else { "fact-contest" };
                (format!("/cases/{id}/contest/{}", evidence.fact), text(locale, key))
            });
            Some(Fact { name: fact, value, source, state, contest })
        })
        .collect()
}

/// Name and value of a fact in words, and how it stands.
pub(in crate::cases) fn fact_words(
    reference: &Reference,
    evidence: &Evidence,
    masked: bool,
    locale: Locale,
) -> Option<(String, String, FactState)> {
    let (_, spec) = reference.registers.fact(&evidence.fact)?;
    let shown = |value| {
        let words = reference.fact_text(spec, value, locale);
        if masked && spec.personal { soft_mask(spec.mask, &words) } else { words }
    };
    let none = |value: &Value| value.as_records().is_some_and(<[_]>::is_empty);
    let (value, state) = match &evidence.state {
        State::Known(value) if !none(value) => (shown(value), FactState::Given),
        State::NoRecord | State::Known(_) => (text(locale, "fact-none"), FactState::Absent),
        State::Pending => (text(locale, "fact-pending"), FactState::Pending),
        State::Contested(Some(value)) if !none(value) => (shown(value), FactState::Contested),
        State::Contested(_) => (text(locale, "fact-none"), FactState::Contested),
    };
    Some((spec.name.get(locale).to_owned(), value, state))
}

/// People see their own dates and addresses; only numbers that others could misuse are masked for shoulder surfers.
fn soft_mask(mask: Mask, words: &str) -> String {
    match mask {
        Mask::IdNumber | Mask::Phone => mask.apply(words),
        Mask::None | Mask::Name | Mask::Address | Mask::All => words.to_owned(),
    }
}

/// The words of what each rule said, for those that hold or fail.
pub(in crate::cases) fn reasons(opened: &Opened, locale: Locale) -> Vec<(bool, String)> {
    let Some(decision) = &opened.decision else { return Vec::new() };
    let rules = opened.service.definition.eligibility.iter().chain(&opened.service.definition.decision.rules);
    decision
        .findings
        .iter()
        .zip(rules)
        .filter_map(|(finding, rule)| match finding.holds {
            Ok(true) => Some((true, rule.yes.get(locale).to_owned())),
            Ok(false) => Some((false, rule.no.get(locale).to_owned())),
            Err(_) => None,
        })
        .collect()
}
