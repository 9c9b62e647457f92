//! The catalogue: finding services and reading their guides.

mod desk;
mod pages;
mod words;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::home::show))
        .route("/services", get(pages::list::show))
        .route("/services/{code}", get(pages::guide::show))
        .merge(desk::routes())
        .route("/bundles", get(pages::bundle::all))
        .route("/bundles/{code}", get(pages::bundle::show))
}
