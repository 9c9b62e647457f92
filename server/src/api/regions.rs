//! `/api/v1/regions`: administrative divisions, one level at a time.

use axum::{extract::State, response::Response};
use backend::Backend;
use domain::organisation::region::{Region, RegionCode};
use domain::text::Locale;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    Api,
    answer::Document,
    problem::{Kind, Problem},
    request::{Language, Parameters, Segment},
};

fn line(region: &Region, locale: Locale) -> Value {
    json!({ "code": region.code, "level": region.code.level(), "name": region.name.get(locale) })
}

/// `GET /api/v1/regions`
pub async fn provinces(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let regions = &api.backend.catalog.reference.regions;
    let provinces: Vec<Value> = regions.provinces().map(|region| line(region, locale)).collect();
    Ok(Document::json(&json!({ "regions": provinces }))?.in_language(locale).answer(&headers))
}

/// `GET /api/v1/regions/{code}`: a place and those right below it.
pub async fn read(
    State(api): State<Api>,
    Segment(code): Segment,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let document = found(&api.backend, &code, locale).ok_or(Problem::new(Kind::NotFound))?;
    Ok(Document::json(&document)?.in_language(locale).answer(&headers))
}

fn found(backend: &Backend, code: &str, locale: Locale) -> Option<Value> {
    let regions = &backend.catalog.reference.regions;
    let region = regions.get(RegionCode::parse(code).ok()?)?;
    let mut document = line(region, locale);
    document["full_name"] = json!(regions.full_name(region.code, locale));
    document["parent"] = json!(region.code.parent());
    document["children"] = regions.children(region.code).map(|region| line(region, locale)).collect();
    Some(document)
}
