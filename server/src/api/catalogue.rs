//! `/api/v1/services`, `/themes` and `/departments`: what there is.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use backend::catalog::{Department, Service, Theme, cpsv, search::Filter};
use backend::certificates::metadata::issuer_url;
use domain::catalog::{Audience, Badge, Definition, Member};
use domain::organisation::region::Level;
use domain::text::Locale;
use http::HeaderMap;
use serde::Serialize;
use serde_json::json;

use super::{
    Api,
    answer::Document,
    problem::{Kind, Problem, Wrong},
    request::{self, Language, Parameters, Segment},
    service,
};

const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;
/// Longest query, in characters.
const LONGEST_QUERY: usize = 200;
const JSON: &str = "application/json";
const JSON_LD: &str = "application/ld+json";

/// A service in a list, in one language.
#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    name: &'a str,
    summary: &'a str,
    themes: &'a [String],
    department: &'a str,
    level: Level,
    audience: &'a [Audience],
    badges: &'a [Badge],
    /// Zero is at once.
    promised_working_days: u16,
    /// The guide page.
    page: String,
    /// This service in full.
    href: String,
}

fn line<'a>(service: &'a Service, origin: &str, locale: Locale) -> Line<'a> {
    let d = &service.definition;
    Line {
        code: &d.code,
        name: d.name.get(locale),
        summary: d.summary.get(locale),
        themes: &d.themes,
        department: &d.department,
        level: d.level,
        audience: &d.audience,
        badges: &service.badges,
        promised_working_days: d.time_limit.promised,
        page: format!("{origin}/services/{}", d.code),
        href: format!("{origin}/api/v1/services/{}", d.code),
    }
}

/// `GET /api/v1/services`
pub async fn list(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&["q", "theme", "department", "audience", "badge", "after", "limit"])?;
    let filter = filter(&api, &parameters)?;
    let limit = match parameters.one("limit")? {
        None => PAGE,
        Some(text) => {
            let number = text.parse().ok().filter(|n| (1..=LARGEST_PAGE).contains(n));
            number.ok_or_else(|| Problem::parameter("limit", Wrong::NotWithin(1, LARGEST_PAGE)))?
        }
    };
    let words = parameters.one("q")?.unwrap_or_default();
    if words.chars().count() > LONGEST_QUERY {
        return Err(Problem::parameter("q", Wrong::TooLong(LONGEST_QUERY)));
    }
    let found: Vec<Arc<Service>> = api.backend.catalog.services().find(words, &filter);
    let begin = match parameters.one("after")? {
        None => 0,
        Some(code) => {
            let place = found.iter().position(|s| s.code() == code);
            place.ok_or_else(|| Problem::parameter("after", Wrong::NotListed))? + 1
        }
    };
    let page = &found[begin..found.len().min(begin + limit)];
    let more = begin + page.len() < found.len();
    let next = page.last().filter(|_| more).map(|last| next(&parameters, last.code()));
    let origin = &*api.backend.public_url;
    let lines: Vec<Line<'_>> = page.iter().map(|s| line(s, origin, locale)).collect();
    let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
    let document = Document::json(&json!({ "services": lines, "total": found.len(), "next": next }))?;
    Ok(document.in_language(locale).link(link).answer(&headers))
}

fn filter(api: &Api, parameters: &Parameters) -> Result<Filter, Problem> {
    let reference = &api.backend.catalog.reference;
    let one_of = |name: &str, ids: Vec<String>| match parameters.one(name)? {
        Some(id) if !ids.iter().any(|known| known == id) => {
            Err(Problem::parameter(name, Wrong::NotOneOf(ids)))
        }
        found => Ok(found.map(str::to_owned)),
    };
    let badge = |id: &str| {
        Badge::ALL.into_iter().find(|badge| badge.id() == id).ok_or_else(|| {
            Problem::parameter("badge", Wrong::NotOneOf(Badge::ALL.map(|b| b.id().to_owned()).to_vec()))
        })
    };
    Ok(Filter {
        theme: one_of("theme", reference.themes.iter().map(|t| t.id.clone()).collect())?,
        department: one_of("department", reference.departments.iter().map(|d| d.id.clone()).collect())?,
        audience: match one_of("audience", vec!["person".into(), "entity".into()])?.as_deref() {
            Some("person") => Some(Audience::Person),
            Some(_) => Some(Audience::Entity),
            None => None,
        },
        badges: parameters.all("badge").map(badge).collect::<Result<_, _>>()?,
    })
}

/// Path and query of the page after `last`.
fn next(parameters: &Parameters, last: &str) -> String {
    let kept = ["q", "theme", "department", "audience", "badge", "limit", "lang"];
    let mut query = String::new();
    for name in kept {
        for value in parameters.all(name) {
            query.push_str(&format!("{name}={}&", percent_encode(value)));
        }
    }
    format!("/api/v1/services?{query}after={}", percent_encode(last))
}

fn percent_encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// `GET /api/v1/services/{code}`, and the same with `.jsonld` at its end.
pub async fn read(
    State(api): State<Api>,
    Segment(segment): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let (code, named) = segment.strip_suffix(".jsonld").map_or((&*segment, false), |code| (code, true));
    let services = api.backend.catalog.services();
    let service = services.get(code).ok_or(Problem::new(Kind::NotFound))?;
    let (reference, origin) = (&api.backend.catalog.reference, &*api.backend.public_url);
    let document = if named || request::prefers(&headers, JSON_LD, JSON) {
        Document::json(&cpsv::document(reference, origin, service, services.bundles_with(code)))?
            .typed(JSON_LD)
    } else {
        Document::json(&service::document(reference, origin, service))?
    };
    let document = if named { document } else { document.by_accept() };
    let link = format!("</api/v1/services/{code}.jsonld>; rel=\"alternate\"; type=\"{JSON_LD}\"");
    Ok(document.version(&service.digest).link((!named).then_some(link)).answer(&headers))
}

/// `GET /api/v1/bundles`
pub async fn bundles(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&["q", "theme", "department", "audience"])?;
    let filter = filter(&api, &parameters)?;
    let words = parameters.one("q")?.unwrap_or_default();
    if words.chars().count() > LONGEST_QUERY {
        return Err(Problem::parameter("q", Wrong::TooLong(LONGEST_QUERY)));
    }
    let origin = &*api.backend.public_url;
    let found = api.backend.catalog.services().find_bundles(words, &filter);
    let line = |bundle: &Arc<Service>| {
        let d = &bundle.definition;
        json!({
            "code": d.code,
            "name": d.name.get(locale),
            "summary": d.summary.get(locale),
            "themes": d.themes,
            "audience": d.audience,
            "services": bundle.bundle.iter().flat_map(|b| &b.bundle.members).map(|m| &m.service).collect::<Vec<_>>(),
            "page": format!("{origin}/bundles/{}", d.code),
            "href": format!("{origin}/api/v1/bundles/{}", d.code),
        })
    };
    let lines: Vec<_> = found.iter().map(line).collect();
    Ok(Document::json(&json!({ "bundles": lines }))?.in_language(locale).answer(&headers))
}

/// `GET /api/v1/bundles/{code}`
pub async fn read_bundle(
    State(api): State<Api>,
    Segment(code): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let services = api.backend.catalog.services();
    let service = services.bundle(&code).ok_or(Problem::new(Kind::NotFound))?;
    let published = service.bundle.as_ref().ok_or(Problem::new(Kind::NotFound))?;
    let (d, origin) = (&published.bundle, &*api.backend.public_url);
    let member = |(member, definition): (&Member, &Definition)| {
        json!({
            "service": member.service,
            "name": definition.name,
            "department": definition.department,
            "when": member.when,
            "optional": member.optional,
            "after": member.after,
            "href": format!("{origin}/api/v1/services/{}", member.service),
        })
    };
    let document = json!({
        "code": d.code,
        "version": service.digest,
        "published_at": service.published_at.to_rfc3339(),
        "name": d.name,
        "summary": d.summary,
        "aliases": d.aliases,
        "themes": d.themes,
        "audience": d.audience,
        "who": d.who,
        "members": published.members().map(member).collect::<Vec<_>>(),
        "page": format!("{origin}/bundles/{}", d.code),
    });
    Ok(Document::json(&document)?.version(&service.digest).answer(&headers))
}

/// `GET /api/v1/themes`
pub async fn themes(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let theme = |t: &Theme| json!({ "id": t.id, "name": t.name.get(locale) });
    let themes: Vec<_> = api.backend.catalog.reference.themes.iter().map(theme).collect();
    Ok(Document::json(&json!({ "themes": themes }))?.in_language(locale).answer(&headers))
}

/// `GET /api/v1/departments`
pub async fn departments(
    State(api): State<Api>,
    parameters: Parameters,
    Language(locale): Language,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let department = |d: &Department| {
        json!({
            "id": d.id,
            "name": d.name.get(locale),
            "authority": d.authority.get(locale),
            "credit_code": d.credit_code,
            "issuer": issuer_url(&api.backend.public_url, &d.id),
        })
    };
    let departments: Vec<_> = api.backend.catalog.reference.departments.iter().map(department).collect();
    Ok(Document::json(&json!({ "departments": departments }))?.in_language(locale).answer(&headers))
}
