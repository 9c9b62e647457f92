//! 我的授权: every consent, what it covers, and its revocation.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::consent::{consent_of, consents_of, revoke_consent};
use domain::ids::ConsentId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::cases::fail;
use crate::ui::{
    ButtonKind, ButtonLink, Card, CitizenLayout, EmptyState, FlowLayout, Frame, Notice, PageHead, Place,
    SubmitButton, SummaryList, SummaryRow, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const PAGE: i64 = 20;

#[derive(Deserialize)]
pub(super) struct Paging {
    /// When the last consent before this page was given, in microseconds, and its id.
    at: Option<i64>,
    id: Option<ConsentId>,
    /// A consent was just taken back.
    done: Option<String>,
}

struct Line {
    id: ConsentId,
    service: String,
    rows: Vec<SummaryRow>,
    revoked: bool,
}

pub(super) async fn show(visit: Visit, Query(paging): Query<Paging>) -> PageResult {
    let before = paging.at.map(Timestamp::from_micros).zip(paging.id);
    let mut consents =
        consents_of(visit.backend(), visit.actor(), before, PAGE + 1).await.map_err(|e| fail(&visit, e))?;
    let more = consents.len() as i64 > PAGE;
    consents.truncate(PAGE as usize);
    let older = consents
        .last()
        .filter(|_| more)
        .map(|c| format!("/me/consents?at={}&id={}", c.given_at.as_micros(), c.id));
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let services = visit.backend().catalog.services();
    let registers = &visit.backend().catalog.reference.registers;
    let separator = t("list-separator");
    let lines: Vec<Line> = consents
        .into_iter()
        .map(|consent| {
            let service = services.known(&consent.service_code);
            let names: Vec<&str> = consent
                .facts
                .iter()
                .filter_map(|id| registers.fact(id).map(|(_, spec)| spec.name.get(locale)))
                .collect();
            let row = |key: &str, value: String| SummaryRow { name: t(key), value, change: None };
            let mut rows = vec![
                row("consent-purpose", consent.purpose.get(locale).to_owned()),
                row("consent-covers", names.join(&separator)),
                row("consent-given", consent.given_at.display_minutes()),
                row("consent-kept", with(locale, "consent-kept-days", &[("n", consent.keep_days.into())])),
            ];
            if let Some(at) = consent.revoked_at {
                rows.push(row("consent-revoked-at", at.display_minutes()));
            }
            Line {
                id: consent.id,
                service: service.map_or(consent.service_code, |s| s.definition.name.get(locale).to_owned()),
                rows,
                revoked: consent.revoked_at.is_some(),
            }
        })
        .collect();
    let (title, lead) = (t("me-consents"), t("consents-lead"));
    let (revoke, revoked, active) = (t("consent-revoke"), t("consent-revoked"), t("consent-active"));
    let (empty, empty_text, older_label) = (t("consents-empty"), t("consents-empty-text"), t("older"));
    let frame = Frame::of(&visit);
    let notice = paging.done.is_some().then(|| t("consent-revoke-done"));
    visit.page(title.clone(), move || {
        let notice = notice.map(|text| view! { <Notice text/> }.into_any());
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/me" place=Place::Me narrow=true notice>
                <PageHead title lead in_bar=true/>
                {lines.is_empty().then(|| view! { <EmptyState title=empty text=empty_text/> })}
                {lines
                    .into_iter()
                    .map(|line| {
                        let (label, tone) =
                            if line.revoked { (revoked.clone(), Tone::Slate) } else { (active.clone(), Tone::Jade) };
                        let end = (!line.revoked).then(|| {
                            let href = format!("/me/consents/{}/revoke", line.id);
                            view! { <ButtonLink href label=revoke.clone() kind=ButtonKind::Secondary small=true/> }
                        });
                        view! {
                            <Card title=line.service>
                                <p><Tag label tone/></p>
                                <SummaryList plain=true rows=line.rows/>
                                {end}
                            </Card>
                        }
                    })
                    .collect_view()}
                {older.map(|href| view! { <ButtonLink href label=older_label kind=ButtonKind::Secondary block=true/> })}
            </CitizenLayout>
        }
    })
}

pub(super) async fn revoke(visit: Visit, Path(id): Path<ConsentId>) -> PageResult {
    revoke_consent(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    Ok(Redirect::to("/me/consents?done=revoked").into_response())
}

/// Asks once more before a consent is taken back.
pub(super) async fn confirm(visit: Visit, Path(id): Path<ConsentId>) -> PageResult {
    let locale = visit.locale;
    let title = text(locale, "consent-revoke-title");
    let lead = text(locale, "consent-revoke-text");
    let (yes, no) = (text(locale, "consent-revoke-now"), text(locale, "cancel"));
    let (action, back) = (format!("/me/consents/{id}/revoke"), "/me/consents");
    visit.person()?;
    consent_of(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let bar = text(locale, "me-consents");
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let actions = view! {
            <SubmitButton label=yes kind=ButtonKind::Danger block=true/>
            <ButtonLink href=back label=no kind=ButtonKind::Secondary block=true/>
        }
        .into_any();
        view! {
            <FlowLayout frame service=bar back action actions>
                <PageHead title lead/>
            </FlowLayout>
        }
    })
}
