//! What a page cannot do, and how that is said. The only place where errors get a status and words.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use leptos::prelude::*;

use crate::{
    state::AppState,
    ui::{ButtonLink, CitizenLayout, Frame, PageHead},
    visit::Visit,
    words::{self, t},
};

/// Why a page is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageError {
    /// There is no such thing, or it is another person's.
    NotFound,
    /// The person is known and may not do this.
    Forbidden,
    /// The person must sign in first and then comes back to `next`, a path of this site.
    SignInNeeded { next: String },
    /// A member of staff must sign in first and then comes back to `next`.
    StaffSignInNeeded { next: String },
    /// The person must prove their identity first and then comes back to `next`.
    VerificationNeeded { next: String },
    /// Who it is must be proven again, and then leads back to `next`.
    ReauthenticationNeeded { next: String },
    /// The case is an entity's, and the person does not act for it at the moment.
    EntityNeeded,
    /// A member of staff must choose a password of their own first.
    PasswordNeeded,
    /// A member of staff must set up a second factor first.
    SecondFactorNeeded,
    /// Things have changed since the page was shown: it must be looked at again.
    Conflict,
    /// The request itself cannot be taken: too large, or malformed.
    Status(StatusCode),
    /// Something the page needs does not answer now.
    Unavailable,
    /// A fault of the portal, which was logged.
    Internal,
}

impl From<backend::StorageError> for PageError {
    fn from(error: backend::StorageError) -> Self {
        // What no database can hold, nobody typed in good faith.
        if let backend::StorageError::Text(_) = error {
            return PageError::Status(StatusCode::BAD_REQUEST);
        }
        tracing::error!(%error, "storage failed a page");
        PageError::Unavailable
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            PageError::NotFound => StatusCode::NOT_FOUND.into_response(),
            PageError::Forbidden => StatusCode::FORBIDDEN.into_response(),
            PageError::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, [(http::header::RETRY_AFTER, "5")]).into_response()
            }
            PageError::Status(status) => status.into_response(),
            PageError::Conflict => StatusCode::CONFLICT.into_response(),
            PageError::Internal => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            PageError::EntityNeeded => see_other("/me/entities?done=entity-needed"),
            PageError::PasswordNeeded => see_other("/staff/password"),
            PageError::SecondFactorNeeded => see_other("/staff/second-factor"),
            PageError::SignInNeeded { next } => see_other_with_next("/sign-in", &next),
            PageError::VerificationNeeded { next } => see_other_with_next("/me/verify", &next),
            PageError::StaffSignInNeeded { next } => see_other_with_next("/staff/sign-in", &next),
            PageError::ReauthenticationNeeded { next } => {
                let page = if next.starts_with("/staff") { "/staff/sign-in" } else { "/sign-in/again" };
                see_other_with_next(page, &next)
            }
        }
    }
}

/// `303` to a path of this site.
pub(crate) fn see_other(path: &str) -> Response {
    match HeaderValue::try_from(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// `303` to a page that knows where to go on; without a place to go on, plainly there.
pub(crate) fn see_other_with_next(page: &str, next: &str) -> Response {
    see_other(&with_next(page, next))
}

/// Address of a page that knows where to go on.
pub(crate) fn with_next(page: &str, next: &str) -> String {
    if next.is_empty() || next == "/" {
        page.to_owned()
    } else {
        format!("{page}?next={}", encode_query_value(next))
    }
}

pub(crate) fn encode_query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The page of every address that has no handler.
pub async fn not_found() -> PageError {
    PageError::NotFound
}

/// Middleware: an error without words, from whatever layer it comes, becomes a page in the language of the reader, or
/// a problem document (RFC 9457) below `/api/`.
pub async fn in_words(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Headers are cheap to clone (shared bytes); the extensions carry the nonce.
    let kept = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    if !is_error(response.status()) || has_words(response.headers()) {
        return response;
    }
    let status = response.status();
    let mut worded = if kept.uri.path().starts_with("/api/") {
        problem(status)
    } else {
        let visit = Visit::of(&kept, &state);
        page(&visit, status)
    };
    *worded.status_mut() = status;
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != http::header::CONTENT_LENGTH {
            worded.headers_mut().insert(name, value.clone());
        }
    }
    worded
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

fn has_words(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|t| t.to_str().ok()).is_some_and(|t| {
        t.starts_with("text/html")
            || t.starts_with("application/json")
            || t.starts_with("application/problem+json")
    })
}

fn problem(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let json = format!(r#"{{"type":"about:blank","title":"{title}","status":{}}}"#, status.as_u16());
    ([(CONTENT_TYPE, "application/problem+json")], json).into_response()
}

fn page(visit: &Visit, status: StatusCode) -> Response {
    let key = key(status);
    let title = words::text(visit.locale, key);
    let text = words::text(visit.locale, &format!("{key}-text"));
    let frame = Frame::of(visit);
    visit.html(&title.clone(), || {
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" narrow=true>
                <PageHead title lead=text/>
                <p>
                    <ButtonLink href="/" label=t!("back-home")/>
                </p>
            </CitizenLayout>
        }
    })
}

/// The words for a status: this key, and the same with `-text`.
fn key(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "page-not-found",
        StatusCode::FORBIDDEN => "page-forbidden",
        StatusCode::CONFLICT => "page-changed",
        StatusCode::METHOD_NOT_ALLOWED => "page-wrong-method",
        StatusCode::PAYLOAD_TOO_LARGE => "page-too-large",
        StatusCode::TOO_MANY_REQUESTS => "page-too-often",
        StatusCode::SERVICE_UNAVAILABLE => "page-busy",
        status if status.is_client_error() => "page-bad-request",
        _ => "page-broken",
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Locale;

    use super::*;

    #[test]
    fn every_error_has_words() {
        for code in 400..600 {
            let key = key(StatusCode::from_u16(code).unwrap());
            assert!(words::has(Locale::En, key) && words::has(Locale::En, &format!("{key}-text")), "{code}");
        }
    }

    #[test]
    fn sign_in_keeps_the_way_back() {
        let next = "/services/身份证?step=2&x=\r\n".to_owned();
        let response = PageError::SignInNeeded { next }.into_response();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let location = response.headers()[LOCATION].to_str().unwrap();
        assert_eq!(location, "/sign-in?next=/services/%E8%BA%AB%E4%BB%BD%E8%AF%81%3Fstep%3D2%26x%3D%0D%0A");
    }
}
