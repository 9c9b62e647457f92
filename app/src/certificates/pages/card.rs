//! One certificate, for its holder.

use axum::extract::Path;
use backend::certificates::bind::may_be_bound;
use backend::certificates::wallet::{self, Card};
use domain::certificates::CertificateStatus;
use domain::ids::CertificateId;
use domain::text::Locale;
use leptos::prelude::*;

use super::lines::{Line, color, issuer, last_day, lines, period, rows, status_word, title, validity};
use crate::cases::fail;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, CertificateCard, CitizenLayout, Disclosure, Frame, IconName,
    Place,
};
use crate::visit::{PageResult, Visit};
use crate::words::{t, text, with};

pub(in crate::certificates) async fn show(visit: Visit, Path(id): Path<CertificateId>) -> PageResult {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let name = title(&card.service, locale);
    let holder = card.holder.clone();
    let facts = vec![
        (text(locale, "cert-number"), card.row.number.clone()),
        (text(locale, "cert-validity"), period(locale, validity(&card.row))),
        (text(locale, "cert-issuer"), issuer(&visit, &card.row.department, card.row.authority().as_ref())),
        (text(locale, "cert-issued"), card.row.issued_at.date_in_china().to_string()),
    ];
    let state = status_word(locale, card.status);
    let (valid, color) = (card.status == CertificateStatus::Valid, color(&card.row.kind));
    let remark = remark(&card, locale);
    let again =
        (card.status == CertificateStatus::Expired).then(|| format!("/services/{}", card.service.code()));
    let claims = lines(&visit, &card);
    let may_be_bound = may_be_bound(card.status);
    let case = format!("/cases/{}", card.row.case_id);
    let other = if locale == Locale::Zh { "en" } else { "zh-CN" };
    let frame = Frame::of(&visit);
    visit.page(name.clone(), move || {
        let show_kind = if valid { ButtonKind::Primary } else { ButtonKind::Secondary };
        let remark = remark.map(|(title, body)| {
            view! {
                <Alert kind=AlertKind::Warning title>
                    {body.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    {again.map(|href| view! { <p><a href=href>{t!("cert-expired-again")}</a></p> })}
                </Alert>
            }
        });
        view! {
            <CitizenLayout frame bar_title=name.clone() back="/certificates" place=Place::Me narrow=true>
                <h1 class="visually-hidden">{name.clone()}</h1>
                <div class="stack stack-l">
                    {remark}
                    <CertificateCard name holder rows=facts state valid color/>
                    <div class="stack no-print">
                        <ButtonLink href=format!("/certificates/{id}/show") label=t!("cert-show") icon=IconName::Qr kind=show_kind block=true/>
                        <div class="pair">
                            <ButtonLink href=format!("/certificates/{id}/pdf") label=t!("cert-pdf") icon=IconName::Download kind=ButtonKind::Secondary block=true/>
                            <ButtonLink href=format!("/certificates/{id}/pdf?inline") label=t!("cert-print") icon=IconName::Printer kind=ButtonKind::Secondary block=true/>
                        </div>
                    </div>
                    {content(claims)}
                    <Disclosure summary=t!("cert-more")>
                        <div class="stack">
                            {may_be_bound
                                .then(|| {
                                    view! {
                                        <p>
                                            <a href=format!("/certificates/{id}/bind")>{t!("cert-bind")}</a>
                                            <br/>
                                            {t!("cert-bind-text")}
                                        </p>
                                    }
                                })}
                            <p>
                                <a href=format!("/certificates/{id}/sd-jwt")>{t!("cert-sd-jwt")}</a>
                                <br/>
                                {t!("cert-sd-jwt-text")}
                            </p>
                            <p>
                                <a href=format!("/certificates/{id}/pdf?lang={other}")>{t!("cert-pdf-other")}</a>
                                <br/>
                                {t!("cert-pdf-other-text")}
                            </p>
                        </div>
                    </Disclosure>
                    <p class="no-print">
                        <ButtonLink href=case label=t!("cert-to-case") kind=ButtonKind::Quiet icon=IconName::History/>
                    </p>
                </div>
            </CitizenLayout>
        }
    })
}

/// The claims, personal ones covered until asked for.
fn content(lines: Vec<Line>) -> AnyView {
    let whole: Vec<_> = lines.iter().map(|l| (l.label.clone(), l.value.clone())).collect();
    let covers = lines.iter().any(|l| l.personal && l.masked != l.value);
    let masked = lines.into_iter().map(|l| (l.label, l.masked)).collect();
    let body = if covers {
        view! {
            <p class="hint">{t!("cert-content-hint")}</p>
            <details class="cover">
                <summary class="btn btn-secondary btn-small">
                    <span class="cover-closed">{t!("cert-reveal")}</span>
                    <span class="cover-open">{t!("cert-hide")}</span>
                </summary>
                {rows("summary", whole)}
            </details>
            {rows("summary cover-masked", masked)}
        }
        .into_any()
    } else {
        rows("summary", masked)
    };
    view! {
        <section class="card stack">
            <h2 class="card-title">{t!("cert-content")}</h2>
            {body}
        </section>
    }
    .into_any()
}

/// What the holder must know about a certificate that does not hold.
fn remark(card: &Card, locale: Locale) -> Option<(String, Vec<String>)> {
    let t = |key: &str| text(locale, key);
    let changed = card.row.standing_changed_at.unwrap_or(card.row.issued_at).display_minutes();
    let reason = card.reason.as_ref().map(|r| with(locale, "cert-reason", &[("reason", r.as_str().into())]));
    let at_time = |key: &str| with(locale, key, &[("time", changed.clone().into())]);
    let on_day = |key: &str, day: String| with(locale, key, &[("day", day.into())]);
    Some(match card.status {
        CertificateStatus::Valid => return None,
        CertificateStatus::Expired => {
            let day = card.row.valid_until.map(last_day).unwrap_or_default();
            (t("cert-expired-title"), vec![on_day("cert-expired-text", day)])
        }
        CertificateStatus::NotYetValid => {
            let day = card.row.valid_from.date_in_china().to_string();
            (t("cert-not-yet-title"), vec![on_day("cert-not-yet-text", day)])
        }
        CertificateStatus::Revoked => {
            (t("cert-revoked-title"), reason.into_iter().chain([at_time("cert-revoked-text")]).collect())
        }
        CertificateStatus::Suspended => {
            (t("cert-suspended-title"), reason.into_iter().chain([at_time("cert-suspended-text")]).collect())
        }
    })
}
