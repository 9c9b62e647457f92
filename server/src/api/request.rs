//! Reading requests: every parameter and member is known, or named in a problem.

use std::convert::Infallible;

use app::visit::ClientAddress;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
};
use domain::text::Locale;
use http::{
    HeaderMap, StatusCode, Uri,
    header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE},
    request::Parts,
};
use serde_json::{Map, Value};
use std::net::{IpAddr, Ipv4Addr};

use super::problem::{Kind, Problem, Wrong};

/// The query of a request, decoded.
pub struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Parameters(pairs(&parts.uri)))
    }
}

/// Pairs of names and values never fail to be read.
fn pairs(uri: &Uri) -> Vec<(String, String)> {
    Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default()
}

impl Parameters {
    /// Refuses every parameter but `known` and `lang`, which is understood everywhere.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (name, value) in &self.0 {
            if name == "lang" {
                if !Locale::ALL.iter().any(|l| l.tag() == value || l.tag().starts_with(&format!("{value}-")))
                {
                    let tags = Locale::ALL.iter().map(|l| l.tag().to_owned()).collect();
                    return Err(Problem::parameter("lang", Wrong::NotOneOf(tags)));
                }
            } else if !known.contains(&name.as_str()) {
                let shown: String = name.chars().take(100).collect();
                return Err(Problem::parameter(&shown, Wrong::Unknown));
            }
        }
        self.one("lang").map(drop)
    }

    pub fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut found = self.all(name);
        let first = found.next();
        match found.next() {
            Some(_) => Err(Problem::parameter(name, Wrong::Twice)),
            None => Ok(first),
        }
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// The one variable part of a path.
pub struct Segment(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // Bytes that are no text name nothing.
        let found = Path::<String>::from_request_parts(parts, state).await;
        found.map(|Path(segment)| Segment(segment)).map_err(|_| Problem::new(Kind::NotFound))
    }
}

/// Where a request comes from, for limits.
pub struct Address(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Address(parts.extensions.get::<ClientAddress>().map_or(Ipv4Addr::UNSPECIFIED.into(), |a| a.0)))
    }
}

/// The language to answer in.
pub struct Language(pub Locale);

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Language(language(&parts.uri, &parts.headers)))
    }
}

/// `lang` of the query, else the first language of `Accept-Language` that there is, else Chinese.
pub fn language(uri: &Uri, headers: &HeaderMap) -> Locale {
    let chosen = pairs(uri).into_iter().find(|(name, _)| name == "lang");
    let asked = || {
        let mut tags = weighed(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?);
        tags.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        tags.into_iter().filter(|(_, weight)| *weight > 0).find_map(|(tag, _)| Locale::from_tag(tag))
    };
    chosen.and_then(|(_, tag)| Locale::from_tag(&tag)).or_else(asked).unwrap_or_default()
}

/// Entries of an `Accept` or `Accept-Language` header with their weights in thousandths, 16 at most.
fn weighed(header: &str) -> Vec<(&str, u32)> {
    let entry = |entry| {
        let (name, rest): (&str, &str) = str::split_once(entry, ';').unwrap_or((entry, ""));
        let q = rest.split(';').find_map(|p| p.trim().strip_prefix("q="));
        let weight = q.map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0)).clamp(0.0, 1.0);
        (name.trim(), (weight * 1000.0) as u32)
    };
    header.split(',').take(16).map(entry).collect()
}

/// Whether the caller names `this` in `Accept`, and not `other` with the same or more weight.
pub fn prefers(headers: &HeaderMap, this: &str, other: &str) -> bool {
    let accept = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let entries = weighed(accept);
    let weight = |kind: &str| {
        entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind)).map_or(0, |(_, weight)| *weight)
    };
    weight(this) > weight(other)
}

/// The body of a request: a JSON object.
pub struct Object(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let too_large = rejection.status() == StatusCode::PAYLOAD_TOO_LARGE;
            Problem::new(if too_large { Kind::BodyTooLarge } else { Kind::InvalidBody })
        })?;
        serde_json::from_slice(&bytes).map(Object).map_err(|_| Problem::new(Kind::InvalidBody))
    }
}

impl Object {
    /// The texts of exactly these members; everything wrong is named at once.
    pub fn texts<const N: usize>(self, names: [&str; N]) -> Result<[String; N], Problem> {
        self.texts_and(names, []).map(|(texts, [])| texts)
    }

    /// The texts of exactly these members, of which `more` may be missing; everything wrong is named at once.
    pub fn texts_and<const N: usize, const M: usize>(
        mut self,
        names: [&str; N],
        more: [&str; M],
    ) -> Result<([String; N], [Option<String>; M]), Problem> {
        let mut errors = Vec::new();
        let mut text = |name: &str| match self.0.remove(name) {
            Some(Value::String(text)) => Some(Ok(text)),
            Some(_) => Some(Err((name.to_owned(), Wrong::NotText))),
            None => None,
        };
        let texts = names.map(|name| match text(name) {
            Some(Ok(text)) => text,
            wrong => {
                errors.push(wrong.and_then(Result::err).unwrap_or((name.to_owned(), Wrong::Missing)));
                String::new()
            }
        });
        let optional = more.map(|name| match text(name)? {
            Ok(text) => Some(text),
            Err(wrong) => {
                errors.push(wrong);
                None
            }
        });
        let unknown = self.0.into_iter().take(10);
        errors.extend(unknown.map(|(name, _)| (name.chars().take(100).collect(), Wrong::Unknown)));
        if errors.is_empty() { Ok((texts, optional)) } else { Err(Problem::members(errors)) }
    }
}
