//! Addresses of certificates.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use domain::certificates::sd_jwt::MAX_PRESENTATION;

use super::{actions, pages, trust};
use crate::state::AppState;

/// A pasted presentation, with room for the escapes of a form.
const PASTE_LIMIT: usize = 3 * MAX_PRESENTATION;
/// A key in a form with a file, with room for what is then said to be too long.
const KEY_LIMIT: usize = 64 * 1024;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/certificates", get(pages::wallet::show))
        .route("/certificates/{id}", get(pages::card::show))
        .route("/certificates/{id}/show", get(pages::show::choose).post(actions::share))
        .route("/certificates/{id}/shown/{token}", get(pages::show::shown).post(actions::stop_sharing))
        .route("/certificates/{id}/pdf", get(pages::download::pdf))
        .route(
            "/certificates/{id}/bind",
            get(pages::bind::ask).post(pages::bind::make).layer(DefaultBodyLimit::max(KEY_LIMIT)),
        )
        .route("/certificates/{id}/sd-jwt", get(pages::download::sd_jwt))
        .route(
            "/verify",
            get(pages::verify::show).post(pages::verify::check).layer(DefaultBodyLimit::max(PASTE_LIMIT)),
        )
        .route("/verify/trust.json", get(trust::show))
        .route("/verify/{token}", get(pages::verify::shown))
}
