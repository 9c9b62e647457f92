//! 消息: the message centre, and what left by SMS and mail in a demo portal.

mod demo_outbox;
mod list;
mod message;

use axum::{Router, routing::get};

use crate::state::AppState;

pub use demo_outbox::DemoOutbox;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/messages", get(list::show).post(list::read_all))
        .route("/messages/{id}", get(message::show))
}

/// Only in a demo portal.
pub(crate) fn demo_routes() -> Router<AppState> {
    Router::new().route("/demo/outbox", get(demo_outbox::show))
}
