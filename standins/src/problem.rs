//! RFC 9457 problem documents and the bearer check.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why a stand-in refuses.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: &'static str,
}

impl Problem {
    pub fn bad(code: &'static str, detail: &'static str) -> Self {
        Problem { status: StatusCode::BAD_REQUEST, code, detail }
    }

    pub fn unauthorised() -> Self {
        Problem {
            status: StatusCode::UNAUTHORIZED,
            code: "token",
            detail: "the bearer token is missing or wrong",
        }
    }

    pub fn unknown_subject() -> Self {
        Problem { status: StatusCode::NOT_FOUND, code: "unknown-subject", detail: "nobody has this number" }
    }

    pub fn not_found() -> Self {
        Problem { status: StatusCode::NOT_FOUND, code: "not-found", detail: "there is nothing here" }
    }

    pub fn conflict(detail: &'static str) -> Self {
        Problem { status: StatusCode::CONFLICT, code: "conflict", detail }
    }

    pub fn down() -> Self {
        Problem { status: StatusCode::SERVICE_UNAVAILABLE, code: "down", detail: "out of service" }
    }

    pub fn internal(code: &'static str) -> Self {
        Problem { status: StatusCode::INTERNAL_SERVER_ERROR, code, detail: "something went wrong inside" }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("/problems/{}", self.code),
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body).0.to_string())
            .into_response()
    }
}

/// Refuses callers without the bearer token.
pub fn authorised(headers: &HeaderMap, token: &str) -> Result<(), Problem> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match shown.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(shown) if shown == token => Ok(()),
        _ => Err(Problem::unauthorised()),
    }
}
