//! A certificate as a file: on paper, and as the credential itself.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use backend::certificates::paper::{CertificatePaper, certificate_pdf, set_paper};
use backend::certificates::present::{link, number_link};
use backend::certificates::wallet;
use domain::certificates::CertificateStatus;
use domain::ids::CertificateId;
use domain::text::Locale;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use super::lines::{issuer, lines, status_word, title, validity};
use crate::cases::fail;
use crate::errors::PageError;
use crate::visit::Visit;
use crate::words::text;

#[derive(Deserialize)]
pub(in crate::certificates) struct Wanted {
    lang: Option<String>,
    /// To be looked at and printed, not kept.
    inline: Option<String>,
}

pub(in crate::certificates) async fn pdf(
    mut visit: Visit,
    Path(id): Path<CertificateId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    visit.locale = wanted.lang.as_deref().and_then(Locale::from_tag).unwrap_or(visit.locale);
    let locale = visit.locale;
    let name = title(&card.service, locale);
    let facts: Vec<_> = lines(&visit, &card).into_iter().map(|l| (l.label, l.value)).collect();
    let verify_url = number_link(&visit.backend().public_url, &card.row.number);
    let verify_page = format!("{}/verify", visit.backend().public_url);
    // A paper that was printed before cannot say it; one that is made now does.
    let void = match card.status {
        CertificateStatus::Revoked | CertificateStatus::Expired | CertificateStatus::Suspended => {
            Some(status_word(locale, card.status))
        }
        CertificateStatus::Valid | CertificateStatus::NotYetValid => None,
    };
    let code = link(&visit.backend().public_url, &card.credential);
    let portal = visit.state.site.name.get(locale).to_owned();
    let (body, statement) = (
        issuer(&visit, &card.row.department, card.row.authority().as_ref()),
        text(locale, "cert-paper-note"),
    );
    let (row, printed) = (card.row, name.clone());
    let set = move || {
        certificate_pdf(&CertificatePaper {
            locale,
            portal: &portal,
            title: &printed,
            body: &body,
            number: &row.number,
            facts: &facts,
            statement: &statement,
            issued_at: row.issued_at,
            validity: validity(&row),
            verify_page: &verify_page,
            verify_url: &verify_url,
            code: code.as_deref().unwrap_or(&verify_url),
            void: void.as_deref(),
        })
    };
    let pdf = set_paper(set).await.map_err(|error| {
        tracing::error!(%error, "a certificate cannot be printed");
        PageError::Internal
    })?;
    let disposition = if wanted.inline.is_some() { "inline" } else { "attachment" };
    Ok(file("application/pdf", disposition, "certificate.pdf", &format!("{name}.pdf"), pdf.bytes))
}

pub(in crate::certificates) async fn sd_jwt(
    visit: Visit,
    Path(id): Path<CertificateId>,
) -> Result<Response, PageError> {
    let card = wallet::card(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    Ok(credential(&title(&card.service, visit.locale), card.credential))
}

/// An SD-JWT VC as a file; `title` is the name of the certificate.
pub(super) fn credential(title: &str, sd_jwt: String) -> Response {
    let name = format!("{title}.sd-jwt");
    file("application/dc+sd-jwt", "attachment", "certificate.sd-jwt", &name, sd_jwt.into_bytes())
}

/// `name` is for those who read RFC 6266, `plain` for others.
fn file(content_type: &'static str, disposition: &str, plain: &str, name: &str, bytes: Vec<u8>) -> Response {
    let encoded: String = name
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    let disposition = format!("{disposition}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    let headers = [
        (CONTENT_TYPE, content_type.to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}
