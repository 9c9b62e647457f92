//! What a device needs to check certificates without network: the issuers with their keys, and the names of types and
//! claims.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use backend::Backend;
use backend::certificates::issuers::trusted;
use backend::certificates::metadata::type_url;
use domain::certificates::Trust;
use domain::text::Text;
use http::header::CACHE_CONTROL;
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
struct Document {
    #[serde(flatten)]
    trust: Trust,
    kinds: Kinds,
}

/// The types of all certificates that services issue now.
pub(super) fn kinds(backend: &Backend) -> Kinds {
    let mut kinds = Kinds::new();
    for template in backend.catalog.services().all.iter().filter_map(|s| s.definition.certificate.as_ref()) {
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
pub(super) async fn show(Stranger(visit): Stranger) -> Result<Response, PageError> {
    let trust = trusted(visit.backend()).await?;
    let document = Document { trust, kinds: kinds(visit.backend()) };
    Ok(([(CACHE_CONTROL, "public, max-age=300")], Json(document)).into_response())
}
