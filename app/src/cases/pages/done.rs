//! Filed: the reference number, the promised day, what happens next; or at once the decision and why.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::cases::open;
use backend::certificates::wallet;
use domain::cases::CaseState;
use domain::ids::CaseId;
use leptos::prelude::*;

use super::facts::reasons;
use super::track::{payment_words, pending_words, reference_text};
use super::waiting::appeal_words;
use crate::cases::errors::fail;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, CitizenLayout, Confirmation, Frame, HowTo, IconName,
    Place, TickItem, Ticks, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

pub(in crate::cases) async fn show(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state == CaseState::Draft {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    if opened.row.state == CaseState::Bundled {
        return Ok(super::bundle::filed(id));
    }
    let certificate =
        wallet::of_case(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let definition = &opened.service.definition;
    let (title, tone, icon) = match opened.row.state {
        CaseState::Approved => (t("done-approved"), Tone::Jade, IconName::Check),
        CaseState::Refused => (t("done-refused"), Tone::Red, IconName::Close),
        CaseState::AwaitingPayment => (t("done-awaiting-payment"), Tone::Amber, IconName::Clock),
        _ => (t("done-submitted"), Tone::Jade, IconName::Check),
    };
    let why: Vec<TickItem> = if opened.row.state.is_closed() {
        reasons(&opened, locale).into_iter().map(|(good, words)| TickItem::because(good, words)).collect()
    } else {
        Vec::new()
    };
    let why_title = t("done-why");
    let promise = match (&opened.row.due_on, opened.row.state) {
        (Some(day), CaseState::Submitted) => {
            Some(with(locale, "done-promise", &[("day", day.clone().into())]))
        }
        _ => None,
    };
    let payment = payment_words(&visit, &opened);
    let pending = pending_words(&visit, &opened);
    let next: Vec<(String, String)> = if opened.row.state.is_closed() {
        Vec::new()
    } else if definition.decision.instant
        && opened.row.state == CaseState::Submitted
        && opened.pending().is_empty()
    {
        // What the definition tells is how rules decide at once; they could not.
        let why = match opened.facts.contested() {
            true => t("done-by-person-contested"),
            false => t("done-by-person-check"),
        };
        vec![(t("done-by-person"), why), (t("done-by-person-decide"), String::new())]
    } else {
        definition.then.iter().map(|step| (step.get(locale).to_owned(), String::new())).collect()
    };
    let appeal = appeal_words(&visit, &opened);
    let (reference_label, reference) = (t("reference"), reference_text(&opened));
    let (next_title, track, home, card, receipt) =
        (t("done-next"), t("done-track"), t("home"), t("done-certificate"), t("done-receipt"));
    let name = definition.name.get(locale).to_owned();
    let review = crate::reviews::asked(&visit, id, opened.row.state).await?;
    let frame = Frame::of(&visit);
    visit.page(format!("{title} · {name}"), move || {
        view! {
            <CitizenLayout frame bar_title=name back="/cases" place=Place::Services narrow=true>
                <Confirmation title reference_label reference tone icon>
                    {promise.map(|p| view! { <p>{p}</p> })}
                </Confirmation>
                {payment.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                {pending.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {(!why.is_empty()).then(|| view! { <Card title=why_title><Ticks items=why/></Card> })}
                {appeal.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                {(!next.is_empty()).then(|| view! { <Card title=next_title><HowTo steps=next/></Card> })}
                <div class="stack">
                    {certificate.map(|c| view! { <ButtonLink href=format!("/certificates/{c}") label=card block=true/> })}
                    {review.map(|(href, label)| view! { <ButtonLink href label kind=ButtonKind::Secondary icon=IconName::FaceSmile block=true/> })}
                    <ButtonLink href=format!("/cases/{id}") label=track kind=ButtonKind::Secondary block=true/>
                    <ButtonLink href=format!("/cases/{id}/receipt.pdf") label=receipt kind=ButtonKind::Quiet block=true/>
                    <ButtonLink href="/" label=home kind=ButtonKind::Quiet block=true/>
                </div>
            </CitizenLayout>
        }
    })
}
