//! What a page cannot do, and how that is said. The only place where errors get a status and words.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::text::Locale;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, LOCATION},
};
use leptos::prelude::*;

use crate::{state::AppState, visit::Visit};

/// Why a page is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageError {
    /// There is no such thing, or it is another person's.
    NotFound,
    /// The person is known and may not do this.
    Forbidden,
    /// The person must sign in first and then comes back to `next`, a path of this site.
    SignInNeeded { next: String },
    /// Something the page needs does not answer now.
    Unavailable,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            PageError::NotFound => StatusCode::NOT_FOUND.into_response(),
            PageError::Forbidden => StatusCode::FORBIDDEN.into_response(),
            PageError::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, [(http::header::RETRY_AFTER, "5")]).into_response()
            }
            PageError::SignInNeeded { next } => {
                let location = format!("/sign-in?next={}", encode_query_value(&next));
                // Only unreserved ASCII is left after encoding.
                match HeaderValue::try_from(location) {
                    Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
                    Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                }
            }
        }
    }
}

fn encode_query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(byte)),
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
        t.starts_with("text/html") || t.starts_with("application/json") || t.starts_with("application/problem+json")
    })
}

fn problem(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let json = format!(r#"{{"type":"about:blank","title":"{title}","status":{}}}"#, status.as_u16());
    ([(CONTENT_TYPE, "application/problem+json")], json).into_response()
}

fn page(visit: &Visit, status: StatusCode) -> Response {
    let (title, text) = words(status, visit.locale);
    let home = match visit.locale {
        Locale::Zh => "返回首页",
        Locale::En => "Back to the home page",
    };
    visit.html(title, || {
        view! {
            <main class="error-page">
                <h1>{title}</h1>
                <p>{text}</p>
                <p>
                    <a class="button" href="/">
                        {home}
                    </a>
                </p>
            </main>
        }
    })
}

fn words(status: StatusCode, locale: Locale) -> (&'static str, &'static str) {
    use StatusCode as S;
    let [zh, en] = match status {
        S::NOT_FOUND => [
            ("没有找到这个页面", "网址可能写错了，或者页面已经移走。您可以回到首页重新查找。"),
            ("Page not found", "The address may be mistyped, or the page has moved. You can start again from the home page."),
        ],
        S::FORBIDDEN => [
            ("不能这样操作", "这个请求来自别的网站，或者您没有办理权限。请回到本网站重新操作。"),
            ("This is not allowed", "The request came from another site, or you do not have the right to do this. Please start again here."),
        ],
        S::METHOD_NOT_ALLOWED => [
            ("不能这样打开", "这个地址只接收表单。请回到首页重新操作。"),
            ("This address cannot be opened", "It only receives forms. Please start again from the home page."),
        ],
        S::PAYLOAD_TOO_LARGE => [
            ("提交的内容太大", "请缩短文字或压缩文件后再提交。已填写的内容没有丢失，返回上一页即可看到。"),
            ("Too much was sent", "Shorten the text or make the file smaller and send again. Go back one page: what you typed is still there."),
        ],
        S::REQUEST_TIMEOUT | S::GATEWAY_TIMEOUT => [
            ("处理时间太长", "网络或系统繁忙，请稍后再试一次。"),
            ("This took too long", "The network or the portal is busy. Please try again in a moment."),
        ],
        S::TOO_MANY_REQUESTS => [
            ("操作太频繁", "请稍等片刻再试。"),
            ("Too many attempts", "Please wait a moment and try again."),
        ],
        S::SERVICE_UNAVAILABLE => [
            ("暂时繁忙", "现在使用的人较多，或者系统正在维护。请过几秒钟再试，您填写的内容不会丢失。"),
            ("Busy for the moment", "Many people are using the portal, or it is being maintained. Please try again in a few seconds."),
        ],
        s if s.is_client_error() => [
            ("无法处理这个请求", "提交的内容不完整或格式不对。请返回上一页检查后再试。"),
            ("The request could not be understood", "Something is missing or malformed. Please go back one page, check and try again."),
        ],
        _ => [
            ("系统出错了", "问题已经记录，我们会尽快处理。请稍后再试。"),
            ("Something went wrong", "The problem has been recorded and will be looked at. Please try again later."),
        ],
    };
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_keeps_the_way_back() {
        let next = "/services/身份证?step=2&x=\r\n".to_owned();
        let response = PageError::SignInNeeded { next }.into_response();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let location = response.headers()[LOCATION].to_str().unwrap();
        assert_eq!(location, "/sign-in?next=/services/%E8%BA%AB%E4%BB%BD%E8%AF%81%3Fstep%3D2%26x%3D%0D%0A");
    }
}
