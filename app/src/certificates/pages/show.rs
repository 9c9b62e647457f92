//! Showing a certificate (亮证): choose what others may see, then a QR code.

use axum::extract::Path;
use backend::certificates::present::link;
use backend::certificates::wallet::Card;
use backend::certificates::{qr, share, wallet};
use domain::certificates::{CertificateStatus, SdJwt, Verification};
use domain::ids::CertificateId;
use leptos::prelude::*;

use super::finding::{claims, kind_of};
use super::lines::{lines, rows, status_word, title};
use crate::cases::fail;
use crate::certificates::trust::kinds;
use crate::errors::PageError;
use crate::ui::{
    ActionBar, Alert, AlertKind, ButtonKind, ButtonLink, Card as Panel, CheckboxCards, Choice, CitizenLayout,
    Disclosure, EmptyState, FlowLayout, Frame, IconName, PageHead, QrFigure, SubmitButton, SummaryList,
    SummaryRow,
};
use crate::visit::{PageResult, Visit};
use crate::words::{t, text};

/// The claim that is shown unless the holder says otherwise.
const DEFAULT: &str = "name";

/// Which claims shall be seen.
pub(in crate::certificates) async fn choose(visit: Visit, Path(id): Path<CertificateId>) -> PageResult {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let name = title(&card.service, locale);
    let (personal, open): (Vec<_>, Vec<_>) = lines(&visit, &card).into_iter().partition(|l| l.personal);
    let choices: Vec<Choice> =
        personal.into_iter().map(|l| Choice::new(l.id, l.label).hint(l.masked)).collect();
    let open: Vec<_> = open.into_iter().map(|l| (l.label, l.value)).collect();
    let void = (card.status != CertificateStatus::Valid).then(|| status_word(locale, card.status));
    let frame = Frame::of(&visit);
    visit.page(format!("{} · {name}", text(locale, "cert-show-title")), move || {
        let actions =
            view! { <SubmitButton label=t!("cert-show-make") icon=IconName::Qr block=true/> }.into_any();
        let void = void.map(|state| {
            view! { <Alert kind=AlertKind::Warning title=t!("cert-show-void", state = state)/> }.into_any()
        });
        let personal = if choices.is_empty() {
            view! { <p class="muted">{t!("cert-show-nothing-personal")}</p> }.into_any()
        } else {
            view! {
                <CheckboxCards
                    name="claim"
                    legend=t!("cert-show-claims")
                    hint=t!("cert-show-claims-hint")
                    values=vec![DEFAULT.to_owned()]
                    choices
                />
            }
            .into_any()
        };
        view! {
            <FlowLayout
                frame
                service=name
                back=format!("/certificates/{id}")
                action=format!("/certificates/{id}/show")
                errors=void
                actions
            >
                <PageHead title=t!("cert-show-title") lead=t!("cert-show-lead")/>
                {personal}
                <Panel title=t!("cert-show-always")>
                    <p class="muted">{t!("cert-show-always-text")}</p>
                    {(!open.is_empty()).then(|| rows("summary summary-plain", open))}
                </Panel>
                <p class="hint">{t!("cert-show-minutes")}</p>
            </FlowLayout>
        }
    })
}

/// The QR code.
pub(in crate::certificates) async fn shown(
    visit: Visit,
    Path((id, token)): Path<(CertificateId, String)>,
) -> PageResult {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let shown = share::shown(visit.backend(), &token).await.map_err(|e| fail(&visit, e))?;
    let Some(shown) = shown.filter(|shown| is_of(&shown.presentation, &card)) else {
        return over(&visit, id, &card);
    };
    let locale = visit.locale;
    let name = title(&card.service, locale);
    let here = format!("/certificates/{id}/shown/{token}");
    let until = shown.expires_at.map(|at| at.display_minutes()).unwrap_or_default();
    let url = format!("{}/verify/{token}", visit.backend().public_url);
    let code = svg(&url, &text(locale, "cert-shown-label"))?;
    let carried = link(&visit.backend().public_url, &shown.presentation);
    let offline = carried.and_then(|url| svg(&url, &text(locale, "cert-shown-offline-label")).ok());
    let disclosed = match &shown.verification {
        Verification::Valid { certificate } => Some(certificate),
        other => super::finding::certificate(other),
    };
    let rows: Vec<SummaryRow> = disclosed
        .map(|certificate| claims(locale, kind_of(&kinds(visit.backend()), certificate), certificate))
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| SummaryRow { name, value, change: None })
        .collect();
    let frame = Frame::of(&visit);
    visit.page(format!("{} · {name}", text(locale, "cert-shown-title")), move || {
        view! {
            <CitizenLayout frame bar_title=name.clone() back=format!("/certificates/{id}") tabs=false narrow=true>
                <div class="stack stack-l">
                    <section class="card showing">
                        <h1>{t!("cert-shown-title")}</h1>
                        <p class="muted">{name}</p>
                        <QrFigure svg=code label=t!("cert-shown-label") caption=t!("cert-shown-caption", time = until.clone())/>
                    </section>
                    {if rows.is_empty() {
                        view! {
                            <Panel title=t!("cert-shown-to")>
                                <p>{t!("cert-shown-only-public")}</p>
                            </Panel>
                        }
                            .into_any()
                    } else {
                        view! { <SummaryList title=t!("cert-shown-to") rows/> }.into_any()
                    }}
                    <Disclosure summary=t!("cert-shown-link")>
                        <div class="stack">
                            <p>{t!("cert-shown-link-hint", time = until)}</p>
                            <p class="copy mono">{url.clone()}</p>
                            <p>
                                <a href=url>{t!("cert-shown-open")}</a>
                            </p>
                        </div>
                    </Disclosure>
                    <form method="post" action=here>
                        <SubmitButton label=t!("cert-shown-stop") kind=ButtonKind::Quiet block=true/>
                    </form>
                    {offline
                        .map(|svg| {
                            view! {
                                <Disclosure summary=t!("cert-shown-offline")>
                                    <div class="stack showing">
                                        <p>{t!("cert-shown-offline-text")}</p>
                                        <QrFigure svg label=t!("cert-shown-offline-label") caption=t!("cert-shown-offline-caption")/>
                                    </div>
                                </Disclosure>
                            }
                        })}
                </div>
                <ActionBar>
                    <ButtonLink href=format!("/certificates/{id}/show") label=t!("cert-shown-again") kind=ButtonKind::Secondary/>
                    <ButtonLink href=format!("/certificates/{id}") label=t!("cert-shown-done")/>
                </ActionBar>
            </CitizenLayout>
        }
    })
}

/// The time of the code is over, or it is not of this certificate.
fn over(visit: &Visit, id: CertificateId, card: &Card) -> PageResult {
    let name = title(&card.service, visit.locale);
    let frame = Frame::of(visit);
    visit.page(text(visit.locale, "cert-shown-over"), move || {
        view! {
            <CitizenLayout frame bar_title=name back=format!("/certificates/{id}") narrow=true>
                <EmptyState title=t!("cert-shown-over") text=t!("cert-shown-over-text") icon=IconName::Clock>
                    <ButtonLink href=format!("/certificates/{id}/show") label=t!("cert-show-make")/>
                </EmptyState>
            </CitizenLayout>
        }
    })
}

/// Whether a presentation was made from this certificate.
fn is_of(presentation: &str, card: &Card) -> bool {
    let jwt = |text| SdJwt::split(text).map(|parts| parts.issuer_jwt);
    jwt(presentation).is_some() && jwt(presentation) == jwt(&card.credential)
}

fn svg(url: &str, label: &str) -> Result<String, PageError> {
    let code = qr::encode(url).map_err(|error| {
        tracing::error!(%error, "a certificate cannot be shown");
        PageError::Internal
    })?;
    Ok(code.to_svg(label))
}
