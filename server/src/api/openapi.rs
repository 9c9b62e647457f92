//! `/api/v1/openapi.json`: the description of the API, OpenAPI 3.1. Written by hand, held against the routes by tests.

use std::sync::LazyLock;

use axum::{extract::State, response::Response};
use domain::catalog::Badge;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Api,
    answer::Document,
    problem::{Kind, Problem},
    request::Parameters,
};

/// The document without what depends on the deployment.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    // Part of the program; a test reads it.
    serde_json::from_str(include_str!("openapi.json")).unwrap_or_default()
});

/// `GET /api/v1/openapi.json`
pub async fn show(
    State(api): State<Api>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    Ok(Document::json(&document(&api))?.max_age(300).answer(&headers))
}

/// The document of this deployment: its address, its themes and departments.
pub fn document(api: &Api) -> Value {
    let mut document = DOCUMENT.clone();
    let reference = &api.backend.catalog.reference;
    document["servers"] = json!([{ "url": &*api.backend.public_url }]);
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    let schemas = &mut document["components"]["schemas"];
    schemas["ThemeId"]["enum"] = reference.themes.iter().map(|t| json!(t.id)).collect();
    schemas["DepartmentId"]["enum"] = reference.departments.iter().map(|d| json!(d.id)).collect();
    schemas["Badge"]["enum"] = Badge::ALL.into_iter().map(|b| json!(b.id())).collect();
    schemas["Problem"]["properties"]["type"]["enum"] =
        Kind::ALL.into_iter().map(|kind| json!(format!("/problems/{}", kind.code()))).collect();
    document
}
