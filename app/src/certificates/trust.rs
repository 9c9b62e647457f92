//! What a device needs to check certificates without network: the issuers with their keys, and the names of types and
//! claims.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use backend::Backend;
use backend::catalog::{Services, hex};
use backend::certificates::metadata::type_url;
use backend::certificates::published::{Issuers, all_issuers};
use backend::sealing::digest;
use domain::certificates::Trust;
use domain::text::Text;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::stranger::Stranger;
use crate::errors::PageError;

/// Types of certificates by their URL (`vct`).
pub(super) type Kinds = BTreeMap<String, Kind>;

/// A type of certificate, as people call it.
#[derive(Default, Serialize)]
pub(super) struct Kind {
    pub title: Text,
    /// In the order of the template.
    pub claims: Vec<Label>,
}

#[derive(Serialize)]
pub(super) struct Label {
    pub id: String,
    pub label: Text,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    trust: &'a Trust,
    kinds: Kinds,
}

/// The document, and what it was written from.
#[derive(Clone)]
struct Written {
    issuers: Arc<Issuers>,
    services: Arc<Services>,
    body: Bytes,
    tag: String,
}

/// Written again only when a key was added or a service published: it can be megabytes.
static WRITTEN: Mutex<Option<Written>> = Mutex::new(None);

/// The types of all certificates that services issue or issued until they ended.
pub(super) fn kinds(backend: &Backend) -> Kinds {
    kinds_of(backend, &backend.catalog.services())
}

fn kinds_of(backend: &Backend, services: &Services) -> Kinds {
    let mut kinds = Kinds::new();
    for template in services.every().filter_map(|s| s.definition.certificate.as_ref()) {
        let kind = kinds.entry(type_url(&backend.public_url, &template.kind)).or_default();
        // Two services can issue one type: it has the claims of both.
        kind.title = template.title.clone();
        for claim in &template.claims {
            if kind.claims.iter().all(|known| known.id != claim.id) {
                kind.claims.push(Label { id: claim.id.clone(), label: claim.label.clone() });
            }
        }
    }
    kinds
}

/// `/verify/trust.json`
pub(super) async fn show(Stranger(visit): Stranger, headers: HeaderMap) -> Result<Response, PageError> {
    let issuers = all_issuers(visit.backend()).await?;
    let Written { body, tag, .. } = written(visit.backend(), issuers)?;
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let same = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let kept = [(CACHE_CONTROL, "public, max-age=300".to_owned()), (ETAG, format!("W/{tag}"))];
    Ok(match same {
        true => (StatusCode::NOT_MODIFIED, kept).into_response(),
        false => (kept, [(CONTENT_TYPE, "application/json")], body).into_response(),
    })
}

fn written(backend: &Backend, issuers: Arc<Issuers>) -> Result<Written, PageError> {
    let services = backend.catalog.services();
    let is_of = |w: &Written| Arc::ptr_eq(&w.issuers, &issuers) && Arc::ptr_eq(&w.services, &services);
    // What is kept is replaced whole, so a panic elsewhere leaves it sound.
    let kept = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(kept) = kept.filter(is_of) {
        return Ok(kept);
    }
    let document = Document { trust: &issuers.trust, kinds: kinds_of(backend, &services) };
    let body = serde_json::to_vec(&document).map_err(|error| {
        tracing::error!(%error, "the trust document cannot be written");
        PageError::Internal
    })?;
    let tag = format!("\"{}\"", hex(&digest(&body)[..8]));
    let written = Written { issuers, services, body: body.into(), tag };
    *WRITTEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(written.clone());
    Ok(written)
}
