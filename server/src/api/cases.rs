//! `/api/v1/cases`: how one's own case stands, by reference number and one-time code.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use backend::cases::status::{self, PublicEvent, StatusRefused};
use backend::identity::CodeRefused;
use domain::cases::Reference;
use domain::identity::Phone;
use domain::time::Timestamp;
use http::{StatusCode, header::CACHE_CONTROL};
use serde_json::{Value, json};

use super::{
    Api,
    problem::{Kind, Problem, Wrong},
    request::{Address, Language, Object, Parameters},
};

const PRIVATE: [(http::HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

/// `POST /api/v1/cases/status-code`: the same answer whether or not there is such a case of that phone's owner.
pub async fn send_code(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    Address(address): Address,
    body: Object,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let [reference, phone] = body.texts(["reference", "phone"])?;
    let (reference, phone) = (reference.parse::<Reference>(), Phone::parse(&phone));
    let (Ok(reference), Ok(phone)) = (&reference, &phone) else {
        let mut errors = Vec::new();
        errors.extend(reference.err().map(|_| ("reference".to_owned(), Wrong::NotAReference)));
        errors.extend(phone.err().map(|_| ("phone".to_owned(), Wrong::NotAPhone)));
        return Err(Problem::members(errors));
    };
    let sent = status::request_status_code(&api.backend, reference, phone, address, locale).await;
    let sent = sent.map_err(|refused| match refused {
        CodeRefused::TooOften { retry_at } | CodeRefused::CodeLocked { retry_at } => wait(&api, retry_at),
        CodeRefused::Storage(error) => error.into(),
    })?;
    let answer = json!({
        "expires_at": sent.expires_at.to_rfc3339(),
        "again_at": sent.again_at.to_rfc3339(),
    });
    Ok((StatusCode::ACCEPTED, PRIVATE, Json(answer)).into_response())
}

/// `POST /api/v1/cases/status`
pub async fn status(
    State(api): State<Api>,
    parameters: Parameters,
    Address(address): Address,
    body: Object,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let [reference, code] = body.texts(["reference", "code"])?;
    let six_digits = code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
    let reference = reference.parse::<Reference>();
    let (Ok(reference), true) = (&reference, six_digits) else {
        let mut errors = Vec::new();
        errors.extend(reference.err().map(|_| ("reference".to_owned(), Wrong::NotAReference)));
        errors.extend((!six_digits).then(|| ("code".to_owned(), Wrong::NotACode)));
        return Err(Problem::members(errors));
    };
    let told = status::read_status(&api.backend, reference, &code, address).await;
    let told = told.map_err(|refused| match refused {
        StatusRefused::TooOften { retry_at } => wait(&api, retry_at),
        StatusRefused::Code => Problem::new(Kind::CodeRefused),
        StatusRefused::Storage(error) => error.into(),
    })?;
    let event = |e: &PublicEvent| json!({ "at": e.at.to_rfc3339(), "what": e.what, "by": e.by });
    let answer = json!({
        "reference": told.reference.to_string(),
        "service": { "code": told.service, "name": told.service_name },
        "state": told.state,
        "closed": told.state.is_closed(),
        "submitted_at": told.submitted_at.map(Timestamp::to_rfc3339),
        "due_on": told.due_on,
        "closed_at": told.closed_at.map(Timestamp::to_rfc3339),
        "timeline": told.timeline.iter().map(event).collect::<Vec<Value>>(),
    });
    Ok((PRIVATE, Json(answer)).into_response())
}

fn wait(api: &Api, until: Timestamp) -> Problem {
    // Rounded up: a second too early is refused again.
    Problem::too_often(until.seconds_since(api.backend.now()) + 1)
}
