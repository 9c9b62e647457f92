//! A copy of a certificate for the holder's own wallet: they give its public key, and download the copy.

use axum::extract::{Multipart, Path};
use axum::response::{IntoResponse, Response};
use backend::certificates::bind::{bind, may_be_bound};
use backend::certificates::wallet::{self, Card};
use domain::certificates::holder::MAX_JWK;
use domain::certificates::{HolderKey, HolderKeyError};
use domain::ids::CertificateId;
use http::StatusCode;
use leptos::prelude::*;

use super::download::credential;
use super::lines::title;
use crate::cases::fail;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ErrorLink, ErrorSummary, FileField, FlowLayout, Frame, IconName, PageHead,
    SubmitButton, TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{t, text, with};

/// Asks for the key. Whoever proved themself too long ago does so first.
pub(in crate::certificates) async fn ask(visit: Visit, Path(id): Path<CertificateId>) -> PageResult {
    let card = open(&visit, id).await?;
    page(&visit, &card, String::new(), None)
}

/// Makes the copy. Nothing of it is kept, so the answer is the file itself; a key is never part of an address.
pub(in crate::certificates) async fn make(
    visit: Visit,
    Path(id): Path<CertificateId>,
    form: Multipart,
) -> Result<Response, PageError> {
    let card = open(&visit, id).await?;
    let typed = read(form).await?;
    match HolderKey::parse(&typed) {
        Ok(key) => {
            let bound = bind(visit.backend(), visit.actor(), id, key).await.map_err(|e| fail(&visit, e))?;
            Ok(credential(&title(&card.service, visit.locale), bound))
        }
        Err(wrong) => {
            // A private key does not even come back to the page.
            let typed = if wrong == HolderKeyError::Private { String::new() } else { typed };
            let mut page = page(&visit, &card, typed, Some(error(wrong)))?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page)
        }
    }
}

async fn open(visit: &Visit, id: CertificateId) -> Result<Card, PageError> {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    visit.recent()?;
    if may_be_bound(card.status) { Ok(card) } else { Err(PageError::Conflict) }
}

/// The key of the file, else the one that was pasted; not longer than what is refused as too long.
async fn read(mut form: Multipart) -> Result<String, PageError> {
    let bad = |e: axum::extract::multipart::MultipartError| PageError::Status(e.status());
    let mut typed = String::new();
    while let Some(part) = form.next_field().await.map_err(bad)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(bad)?;
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * MAX_JWK)]).into_owned();
        if (name == "file" && !text.trim().is_empty()) || (name == "jwk" && typed.is_empty()) {
            typed = text;
        }
    }
    Ok(typed)
}

fn error(wrong: HolderKeyError) -> &'static str {
    match wrong {
        HolderKeyError::Empty => "error-holder-key-empty",
        HolderKeyError::TooLong => "error-holder-key-too-long",
        HolderKeyError::NotJson => "error-holder-key-not-json",
        HolderKeyError::Private => "error-holder-key-private",
        HolderKeyError::Kind => "error-holder-key-kind",
        HolderKeyError::Point => "error-holder-key-point",
    }
}

fn page(visit: &Visit, card: &Card, typed: String, error: Option<&str>) -> PageResult {
    let locale = visit.locale;
    let id = card.row.id;
    let name = title(&card.service, locale);
    let error = error.map(|key| text(locale, key));
    let heading = text(locale, "cert-bind-title");
    let page_title = match &error {
        Some(_) => with(locale, "title-with-error", &[("title", heading.into())]),
        None => format!("{heading} · {name}"),
    };
    let frame = Frame::of(visit);
    visit
        .page(page_title, move || {
            let summary = error.clone().map(|text| {
                let errors = vec![ErrorLink { field: "jwk".into(), text }];
                view! { <ErrorSummary title=t!("error-summary-title") errors/> }.into_any()
            });
            let actions =
                view! { <SubmitButton label=t!("cert-bind-make") icon=IconName::Download block=true/> }
                    .into_any();
            view! {
                <FlowLayout
                    frame
                    service=name
                    back=format!("/certificates/{id}")
                    action=format!("/certificates/{id}/bind")
                    multipart=true
                    errors=summary
                    actions
                >
                    <PageHead title=t!("cert-bind-title") lead=t!("cert-bind-lead")/>
                    <TextArea
                        name="jwk"
                        label=t!("cert-bind-key")
                        hint=t!("cert-bind-key-hint")
                        value=typed
                        error=error
                        rows=5
                        maxlength=4096
                    />
                    <FileField
                        name="file"
                        label=t!("cert-bind-file")
                        hint=t!("cert-bind-file-hint")
                        accept="application/json,application/jwk+json,.json,.jwk"
                        optional=true
                    />
                    <Alert kind=AlertKind::Info title=t!("cert-bind-what")>
                        <p>{t!("cert-bind-what-text")}</p>
                    </Alert>
                </FlowLayout>
            }
        })
        .map(IntoResponse::into_response)
}
