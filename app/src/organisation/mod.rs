//! Places: the administrative divisions as a tree that is opened level by level, with the offices there; and the desk of who
//! keeps them.

mod desk;
mod place;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/organisation", get(place::country))
        .route("/organisation/{code}", get(place::show))
        .merge(desk::routes())
}
