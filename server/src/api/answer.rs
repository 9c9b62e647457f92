//! Answers that anybody may keep for a while.

use axum::{
    body::Bytes,
    response::{IntoResponse, Response},
};
use backend::{catalog::hex, sealing::digest};
use domain::text::Locale;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, VARY},
};
use serde::Serialize;

use super::problem::{Kind, Problem};

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A public document.
pub struct Document {
    body: Bytes,
    content_type: &'static str,
    /// Seconds it may be kept without asking again.
    max_age: u32,
    /// Begins the entity tag.
    version: Option<String>,
    language: Option<Locale>,
    vary: Option<&'static str>,
    link: Option<String>,
}

impl Document {
    pub fn new(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Document { body, content_type, max_age: 60, version: None, language: None, vary: None, link: None }
    }

    pub fn json(value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| {
            tracing::error!(%error, "a document cannot be written");
            Problem::new(Kind::Internal)
        })?;
        Ok(Document::new("application/json", body))
    }

    pub fn typed(self, content_type: &'static str) -> Self {
        Document { content_type, ..self }
    }

    pub fn max_age(self, max_age: u32) -> Self {
        Document { max_age, ..self }
    }

    /// Named in the entity tag.
    pub fn version(self, version: &str) -> Self {
        Document { version: Some(version.to_owned()), ..self }
    }

    /// One of several languages.
    pub fn in_language(self, locale: Locale) -> Self {
        Document { language: Some(locale), vary: Some("accept-language"), ..self }
    }

    /// One of several media types.
    pub fn by_accept(self) -> Self {
        Document { vary: Some("accept"), ..self }
    }

    /// A `Link` header.
    pub fn link(self, link: Option<String>) -> Self {
        Document { link, ..self }
    }

    /// The answer, or that nothing has changed since the caller looked.
    pub fn answer(self, request: &HeaderMap) -> Response {
        let content = hex(&digest(&self.body)[..8]);
        let tag = match &self.version {
            Some(version) => format!("W/\"{version}.{content}\""),
            None => format!("W/\"{content}\""),
        };
        let mut response = if matches(request, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(CONTENT_TYPE, self.content_type)], self.body).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
        let mut insert = |name: HeaderName, value: &str| {
            // Our own ASCII words and digits; a language or a code of a service cannot be anything else.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        };
        insert(CACHE_CONTROL, &format!("public, max-age={}", self.max_age));
        insert(ETAG, &tag);
        if let Some(locale) = self.language {
            insert(CONTENT_LANGUAGE, locale.tag());
        }
        if let Some(vary) = self.vary {
            insert(VARY, vary);
        }
        if let Some(link) = &self.link {
            insert(LINK, link);
        }
        response
    }
}

/// Weak comparison (RFC 9110, 8.8.3.2).
fn matches(request: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let ours = opaque(tag);
    let values = request.get_all(IF_NONE_MATCH).into_iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).take(64).any(|theirs| theirs.trim() == "*" || opaque(theirs) == ours)
}
