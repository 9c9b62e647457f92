//! What other systems use: the public API under `/api/v1` and the documents under `/.well-known/`.
//!
//! - `catalogue`, `regions` read services and what they refer to
//! - `certificates` checks certificates, publishes keys, types and status lists
//! - `cases` the state of one's own case
//! - `site` what the well-known addresses of any site say
//! - `openapi` the description of all this
//! - `request`, `answer`, `problem` how requests are read, and what is answered

mod answer;
mod cases;
mod catalogue;
mod certificates;
mod openapi;
mod problem;
mod regions;
mod request;
mod service;
mod site;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use app::state::Site;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{MethodRouter, any, get, post},
};
use backend::Backend;
use domain::certificates::sd_jwt::MAX_PRESENTATION;
use http::{
    Method,
    header::{
        ACCEPT, ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, RETRY_AFTER,
    },
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{Any, CorsLayer},
};

use crate::http::{
    guard::{Guard, admit},
    headers::{Csp, secure},
};

/// What the API needs.
#[derive(Clone)]
pub struct Api {
    pub backend: Backend,
    /// Where to report weaknesses: `mailto:…` or `https://…`; without it there is no `security.txt`.
    pub security_contact: Option<Arc<str>>,
}

/// The longest body: a presentation in its JSON string, and the members around it.
const CERTIFICATE_BYTES: usize = MAX_PRESENTATION + 1024;
const CASE_BYTES: usize = 4 * 1024;

/// Paths that pages of any origin may read.
fn open_routes() -> Vec<(&'static str, MethodRouter<Api>)> {
    vec![
        ("/api/v1/openapi.json", get(openapi::show)),
        ("/api/v1/services", get(catalogue::list)),
        ("/api/v1/services/{code}", get(catalogue::read)),
        ("/api/v1/bundles", get(catalogue::bundles)),
        ("/api/v1/bundles/{code}", get(catalogue::read_bundle)),
        ("/api/v1/themes", get(catalogue::themes)),
        ("/api/v1/departments", get(catalogue::departments)),
        ("/api/v1/regions", get(regions::provinces)),
        ("/api/v1/regions/{code}", get(regions::read)),
        (
            "/api/v1/certificates/verify",
            post(certificates::verify).layer(DefaultBodyLimit::max(CERTIFICATE_BYTES)),
        ),
        ("/.well-known/jwks.json", get(certificates::all_keys)),
        ("/.well-known/jwt-vc-issuer/issuers/{department}", get(certificates::issuer)),
        ("/.well-known/vct/{kind}", get(certificates::kind)),
        ("/issuers/{department}/jwks.json", get(certificates::keys)),
        ("/status-lists/{department}", get(certificates::first_status_list)),
        ("/status-lists/{department}/{number}", get(certificates::status_list)),
        ("/problems/{code}", get(problem::page)),
    ]
}

/// Paths for callers that are not pages of other origins.
fn closed_routes() -> Vec<(&'static str, MethodRouter<Api>)> {
    vec![
        ("/api/v1/cases/status-code", post(cases::send_code).layer(DefaultBodyLimit::max(CASE_BYTES))),
        ("/api/v1/cases/status", post(cases::status).layer(DefaultBodyLimit::max(CASE_BYTES))),
        ("/.well-known/security.txt", get(site::security)),
        ("/.well-known/change-password", get(site::change_password)),
        // Not the page that people get for an unknown address.
        ("/api", any(problem::nothing_here)),
        ("/api/{*rest}", any(problem::nothing_here)),
    ]
}

/// The whole API, ready to be merged with the pages.
pub fn router(api: Api, guard: Guard, site: &Site) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, IF_NONE_MATCH])
        .expose_headers([CONTENT_LANGUAGE, ETAG, LINK, RETRY_AFTER]);
    let add = |router: Router<Api>, (path, methods): (&str, MethodRouter<Api>)| router.route(path, methods);
    let open = open_routes().into_iter().fold(Router::new(), add).layer(cors);
    let closed = closed_routes().into_iter().fold(Router::new(), add);
    open.merge(closed)
        .with_state(api)
        .layer(middleware::from_fn_with_state(guard, admit))
        .layer(CatchPanicLayer::custom(|_panic| problem::panicked()))
        .layer(middleware::from_fn(problem::in_words))
        .layer(middleware::from_fn_with_state(Csp::new(site), secure))
}
