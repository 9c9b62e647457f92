//! Addresses of cases.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use backend::cases::files::MAX_BYTES;

use super::{actions, desk, pages};
use crate::state::AppState;

/// A form with some files, each of the largest size.
const UPLOAD_LIMIT: usize = 3 * MAX_BYTES + (1 << 20);

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/cases", get(pages::list::show).post(actions::begin))
        .route("/cases/new", get(pages::consent::show))
        .route("/cases/{id}", get(pages::track::show))
        .route("/cases/{id}/consent", get(pages::consent::show_again).post(actions::consent))
        .route("/cases/{id}/facts", get(pages::facts::show))
        .route("/cases/{id}/contest/{fact}", get(pages::contest::show).post(actions::contest))
        .route(
            "/cases/{id}/steps/{step}",
            get(pages::step::show).post(actions::save).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        )
        .route("/cases/{id}/check", get(pages::check::show))
        .route("/cases/{id}/submit", post(actions::submit))
        .route("/cases/{id}/done", get(pages::done::show))
        .route("/cases/{id}/receipt.pdf", get(pages::receipt::show))
        .route(
            "/cases/{id}/supplement",
            get(pages::supplement::show)
                .post(pages::supplement::save)
                .layer(DefaultBodyLimit::max(UPLOAD_LIMIT)),
        )
        .route("/cases/{id}/supplement/check", get(pages::supplement::check))
        .route("/cases/{id}/supplement/send", post(pages::supplement::send))
        .route("/cases/{id}/again", post(actions::again))
        .route("/cases/{id}/withdraw", get(pages::track::confirm_withdraw).post(actions::withdraw))
        .route("/cases/{id}/discard", get(pages::track::confirm_discard).post(actions::discard))
        .route("/files/{id}", get(pages::file::show))
        .merge(desk::routes())
}
