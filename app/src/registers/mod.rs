//! Registers: what a person consented to, with the way to take it back.

mod consents;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/me/consents", get(consents::show))
        .route("/me/consents/{id}/revoke", get(consents::confirm).post(consents::revoke))
}
