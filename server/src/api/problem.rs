//! What is answered when something is wrong: problem documents (RFC 9457), in the caller's language.

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
        match self {
            Kind::InvalidParameter => Text::new("地址参数有误", "A query parameter is wrong"),
            Kind::InvalidBody => Text::new("请求正文无法读取", "The body cannot be read"),
            Kind::InvalidMember => Text::new("请求正文内容有误", "A member of the body is wrong"),
            Kind::CodeRefused => Text::new("验证码不正确", "The code does not fit"),
            Kind::NotFound => Text::new("没有找到", "Not found"),
            Kind::MethodNotAllowed => Text::new("不支持这种请求方法", "The method is not allowed here"),
            Kind::BodyTooLarge => Text::new("请求正文过大", "The body is too large"),
            Kind::UnsupportedMediaType => Text::new("不支持这种正文格式", "The media type is not supported"),
            Kind::TooOften => Text::new("请求过于频繁", "Too many requests"),
            Kind::Internal => Text::new("系统出错", "Something went wrong here"),
            Kind::Unavailable => Text::new("系统繁忙", "Busy at the moment"),
        }
    }

    fn description(self) -> Text {
        match self {
            Kind::InvalidParameter => Text::new(
                "地址中有未知、重复或取值不符合要求的参数，errors 逐项说明是哪一个、应当怎样写。",
                "The query holds a parameter that is unknown, given twice, or not as it must be; errors names each and says what would be right.",
            ),
            Kind::InvalidBody => Text::new(
                "正文不是 JSON 对象。请用 UTF-8 编码的 JSON，并注明 Content-Type: application/json。",
                "The body is no JSON object. Send JSON in UTF-8 with Content-Type: application/json.",
            ),
            Kind::InvalidMember => Text::new(
                "正文中有缺少、多余或取值不符合要求的成员，errors 用 JSON 指针（RFC 6901）指出位置。",
                "A member of the body is missing, unknown, or not as it must be; errors points to it with a JSON pointer (RFC 6901).",
            ),
            Kind::CodeRefused => Text::new(
                "验证码错误、已使用、已过期，或者没有为这个办件编号发送过。请重新获取。",
                "The code is wrong, was used, has expired, or was never sent for this reference number. Ask for another one.",
            ),
            Kind::NotFound => Text::new("这个地址没有内容。", "There is nothing at this address."),
            Kind::MethodNotAllowed => Text::new(
                "这个地址不接受所用的方法，可用的方法见 Allow 标头。",
                "The address does not take this method; the Allow header names those it takes.",
            ),
            Kind::BodyTooLarge => {
                Text::new("正文超过了这个地址的上限。", "The body is longer than this address takes.")
            }
            Kind::UnsupportedMediaType => {
                Text::new("请使用 Content-Type: application/json。", "Use Content-Type: application/json.")
            }
            Kind::TooOften => Text::new(
                "短时间内尝试过多，请在 Retry-After 所示的秒数之后再试。",
                "There were too many attempts. Try again after the seconds in Retry-After.",
            ),
            Kind::Internal => Text::new(
                "请求没有问题，是系统自身出错。可以稍后再试；向我们反馈时请附上 x-request-id 标头。",
                "The request was fine; the fault is ours. Try again later, and quote the x-request-id header when you report it.",
            ),
            Kind::Unavailable => Text::new(
                "请求较多，请在 Retry-After 所示的秒数之后再试。",
                "There are many requests. Try again after the seconds in Retry-After.",
            ),
        }
    }
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
        let text = match self {
            Wrong::Unknown => Text::new("没有这一项", "there is no such thing here"),
            Wrong::Missing => Text::new("缺少这一项", "it is missing"),
            Wrong::Twice => Text::new("只能写一次", "it can be given once only"),
            Wrong::NotText => Text::new("应当是文字", "it must be a string"),
            Wrong::TooLong(most) => {
                Text::new(format!("不能超过 {most} 个字符"), format!("it has more than {most} characters"))
            }
            Wrong::NotOneOf(values) => {
                let values = values.join(", ");
                Text::new(format!("应当是其中之一：{values}"), format!("it must be one of {values}"))
            }
            Wrong::NotWithin(least, most) => Text::new(
                format!("应当是 {least} 到 {most} 的整数"),
                format!("it must be a whole number from {least} to {most}"),
            ),
            Wrong::NotListed => Text::new("不在结果中", "it is not among the results"),
            Wrong::NotAReference => Text::new(
                "不是办件编号，例如 ZB-7K3-9QD-2MT",
                "it is no reference number, such as ZB-7K3-9QD-2MT",
            ),
            Wrong::NotAPhone => Text::new("不是手机号码", "it is no mobile number in China"),
            Wrong::NotACode => Text::new("验证码是 6 位数字", "a code has six digits"),
        };
        text.get(locale).to_owned()
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
