//! What is answered when something is wrong: problem documents (RFC 9457), in the caller's language.

use app::words::{text, with};
use axum::{
    Json,
    body::Body,
    extract::Request,
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use backend::cases::CaseError;
use domain::text::{Locale, Text};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Value, json};

use super::request::{self, Parameters, Segment};

/// The kinds of problems. Their codes are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    InvalidParameter,
    InvalidBody,
    InvalidMember,
    CodeRefused,
    NotFound,
    MethodNotAllowed,
    BodyTooLarge,
    UnsupportedMediaType,
    TooOften,
    Internal,
    Unavailable,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::InvalidParameter,
        Kind::InvalidBody,
        Kind::InvalidMember,
        Kind::CodeRefused,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::BodyTooLarge,
        Kind::UnsupportedMediaType,
        Kind::TooOften,
        Kind::Internal,
        Kind::Unavailable,
    ];

    /// Last part of the problem's `type`.
    pub fn code(self) -> &'static str {
        match self {
            Kind::InvalidParameter => "invalid-parameter",
            Kind::InvalidBody => "invalid-body",
            Kind::InvalidMember => "invalid-member",
            Kind::CodeRefused => "code-refused",
            Kind::NotFound => "not-found",
            Kind::MethodNotAllowed => "method-not-allowed",
            Kind::BodyTooLarge => "body-too-large",
            Kind::UnsupportedMediaType => "unsupported-media-type",
            Kind::TooOften => "too-often",
            Kind::Internal => "internal",
            Kind::Unavailable => "unavailable",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Kind::InvalidParameter | Kind::InvalidBody => StatusCode::BAD_REQUEST,
            Kind::InvalidMember => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::CodeRefused => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Kind::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The problem that a bare status stands for.
    fn of_status(status: StatusCode) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.status() == status)
    }

    fn title(self) -> Text {
        in_both(|locale| text(locale, &format!("api-{}", self.code())))
    }

    fn description(self) -> Text {
        in_both(|locale| text(locale, &format!("api-{}-text", self.code())))
    }
}

fn in_both(words: impl Fn(Locale) -> String) -> Text {
    Text::new(words(Locale::Zh), words(Locale::En))
}

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Name of a query parameter.
    Parameter(String),
    /// Name of a member of the body.
    Member(String),
}

/// What is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    Unknown,
    Missing,
    Twice,
    NotText,
    /// More characters than this.
    TooLong(usize),
    /// Not one of these.
    NotOneOf(Vec<String>),
    /// Not a whole number in this range.
    NotWithin(usize, usize),
    /// Not on the list that is being read.
    NotListed,
    NotAReference,
    NotAPhone,
    NotACode,
}

impl Wrong {
    fn words(&self, locale: Locale) -> String {
        // A count is written without the marks that group its digits.
        let number = |n: &usize| n.to_string();
        match self {
            Wrong::Unknown => text(locale, "api-wrong-unknown"),
            Wrong::Missing => text(locale, "api-wrong-missing"),
            Wrong::Twice => text(locale, "api-wrong-twice"),
            Wrong::NotText => text(locale, "api-wrong-not-text"),
            Wrong::TooLong(most) => with(locale, "api-wrong-too-long", &[("most", number(most).into())]),
            Wrong::NotOneOf(values) => {
                with(locale, "api-wrong-not-one-of", &[("values", values.join(", ").into())])
            }
            Wrong::NotWithin(least, most) => {
                let range = [("least", number(least).into()), ("most", number(most).into())];
                with(locale, "api-wrong-not-within", &range)
            }
            Wrong::NotListed => text(locale, "api-wrong-not-listed"),
            Wrong::NotAReference => text(locale, "api-wrong-not-a-reference"),
            Wrong::NotAPhone => text(locale, "api-wrong-not-a-phone"),
            Wrong::NotACode => text(locale, "api-wrong-not-a-code"),
        }
    }
}

/// One problem. It becomes words in [`in_words`], which knows the caller's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: Kind,
    pub errors: Vec<(At, Wrong)>,
    /// Seconds until it makes sense to try again.
    pub retry_after: Option<i64>,
}

impl Problem {
    pub fn new(kind: Kind) -> Self {
        Problem { kind, errors: Vec::new(), retry_after: None }
    }

    pub fn parameter(name: &str, wrong: Wrong) -> Self {
        Problem {
            errors: vec![(At::Parameter(name.to_owned()), wrong)],
            ..Problem::new(Kind::InvalidParameter)
        }
    }

    pub fn members(errors: Vec<(String, Wrong)>) -> Self {
        let errors = errors.into_iter().map(|(name, wrong)| (At::Member(name), wrong)).collect();
        Problem { errors, ..Problem::new(Kind::InvalidMember) }
    }

    pub fn too_often(seconds: i64) -> Self {
        Problem { retry_after: Some(seconds.max(1)), ..Problem::new(Kind::TooOften) }
    }

    fn document(&self, locale: Locale) -> Value {
        let mut document = json!({
            "type": format!("/problems/{}", self.kind.code()),
            "title": self.kind.title().get(locale),
            "status": self.kind.status().as_u16(),
            "detail": self.kind.description().get(locale),
        });
        if !self.errors.is_empty() {
            let error = |(at, wrong): &(At, Wrong)| {
                let detail = wrong.words(locale);
                match at {
                    At::Parameter(name) => json!({ "parameter": name, "detail": detail }),
                    At::Member(name) => json!({ "pointer": pointer(name), "detail": detail }),
                }
            };
            document["errors"] = self.errors.iter().map(error).collect();
        }
        document
    }
}

/// RFC 6901.
fn pointer(member: &str) -> String {
    format!("/{}", member.replace('~', "~0").replace('/', "~1"))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Busy | storage::Error::TimedOut | storage::Error::Closed => {
                Problem { retry_after: Some(5), ..Problem::new(Kind::Unavailable) }
            }
            storage::Error::Text(_) => Problem::new(Kind::InvalidParameter),
            error => {
                tracing::error!(%error, "an answer of the API failed");
                Problem::new(Kind::Internal)
            }
        }
    }
}

impl From<CaseError> for Problem {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Storage(error) => error.into(),
            error => {
                tracing::error!(%error, "an answer of the API failed");
                Problem::new(Kind::Internal)
            }
        }
    }
}

/// Middleware: gives every failure its document. What the layers inside refused by a bare status has one too.
pub async fn in_words(request: Request, next: Next) -> Response {
    let locale = request::language(request.uri(), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let known = response.extensions().get::<Problem>().cloned();
    let Some(problem) = known.or_else(|| Kind::of_status(status).map(Problem::new)) else { return response };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    parts.headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    Response::from_parts(parts, Body::from(problem.document(locale).to_string()))
}

/// What is left of a request whose handler panicked.
pub fn panicked() -> Response {
    Problem::new(Kind::Internal).into_response()
}

/// Any other address below `/api`.
pub async fn nothing_here() -> Problem {
    Problem::new(Kind::NotFound)
}

/// `GET /problems/{code}`: what a `type` means, for people and for programs.
pub async fn page(
    Segment(code): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code).ok_or(Problem::new(Kind::NotFound))?;
    let (title, description) = (kind.title(), kind.description());
    let cached: [(HeaderName, &str); 2] =
        [(http::header::CACHE_CONTROL, "public, max-age=3600"), (http::header::VARY, "accept")];
    if request::prefers(&headers, "application/json", "text/html") {
        let document = json!({
            "type": format!("/problems/{}", kind.code()),
            "status": kind.status().as_u16(),
            "title": title,
            "description": description,
        });
        return Ok((cached, Json(document)).into_response());
    }
    // Our own words: nothing in them needs escaping.
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{zh} · {en}</title></head><body><main><h1>{zh}</h1><p>{zh_text}</p>\
         <section lang=\"en\"><h2>{en}</h2><p>{en_text}</p></section><p><code>{code}</code> · HTTP {status}</p></main>\
         </body></html>",
        zh = title.zh,
        en = title.en,
        zh_text = description.zh,
        en_text = description.en,
        status = kind.status().as_u16(),
    );
    Ok((cached, Html(html)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Their keys are put together, so the test of all written keys does not see them.
    #[test]
    fn every_problem_has_words() {
        for kind in Kind::ALL {
            for key in [format!("api-{}", kind.code()), format!("api-{}-text", kind.code())] {
                assert!(Locale::ALL.into_iter().all(|locale| app::words::has(locale, &key)), "{key}");
            }
        }
    }

    #[test]
    fn numbers_in_words_are_plain() {
        assert_eq!(Wrong::TooLong(10_000).words(Locale::En), "it has more than 10000 characters");
        assert_eq!(Wrong::NotWithin(1, 200).words(Locale::Zh), "应当是 1 到 200 的整数");
    }
}
