//! Well-known addresses of any site.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::time::Timestamp;
use http::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, LOCATION},
};

use super::{
    Api,
    answer::Document,
    problem::{Kind, Problem},
    request::Parameters,
};

/// How long what `security.txt` says may be relied on.
const GOOD_FOR_DAYS: i64 = 180;

/// `GET /.well-known/security.txt` (RFC 9116), when the operator named a contact.
pub async fn security(
    State(api): State<Api>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let contact = api.security_contact.as_ref().ok_or(Problem::new(Kind::NotFound))?;
    // By whole days, so that the document is the same all day.
    let today = api.backend.now().date_in_china();
    let expires = Timestamp::start_of_day_in_china(today).plus_days(GOOD_FOR_DAYS).to_rfc3339();
    let origin = &api.backend.public_url;
    let text = format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: zh, en\nCanonical: {origin}/.well-known/security.txt\n"
    );
    Ok(Document::new("text/plain; charset=utf-8", text.into_bytes()).max_age(3600).answer(&headers))
}

/// `GET /.well-known/change-password`: where password managers send people.
pub async fn change_password() -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, "/me/password"), (CACHE_CONTROL, "no-store")]).into_response()
}
