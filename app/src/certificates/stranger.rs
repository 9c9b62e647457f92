//! A visit without its session.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::state::AppState;
use crate::visit::Visit;

/// For pages that a device may keep for use without network: nothing in them can be about who is signed in.
pub(super) struct Stranger(pub Visit);

impl FromRequestParts<AppState> for Stranger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Stranger(Visit::of(parts, state)))
    }
}
