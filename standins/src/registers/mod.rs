//! The twelve demo registers over HTTP, as described in `catalog/registers.toml`.
//!
//! A query is `POST {path}` with a bearer token and `{ subject: { type, id }, purpose, consent, facts }`; numbers travel
//! in bodies only. The answer holds `subject`, `as_of` and the facts asked for, at their pointers. Problems are RFC 9457
//! documents. `PUT /_switch/{register}` makes a register misbehave.

mod documents;
mod openapi;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::identity::credit_code::CreditCode;
use domain::identity::resident_id::ResidentId;
use domain::registers::{Register, Registers, Subject};
use domain::time::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::population::Population;
use crate::problem::{Problem, authorised};
use crate::switches::{Mode, Switches};

/// Where the registers take the time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Longest body of a query in bytes, longest purpose in characters, most facts in one query.
const BODY: usize = 64 * 1024;
const PURPOSE: usize = 500;
const FACTS: usize = 200;

static CATALOGUE: LazyLock<Registers> = LazyLock::new(|| {
    // Part of the program; a test of `domain` reads it.
    toml::from_str(include_str!("../../../catalog/registers.toml")).expect("catalog/registers.toml")
});

/// The registers there are, as in the catalogue.
pub fn catalogue() -> &'static Registers {
    &CATALOGUE
}

/// What the registers run on.
#[derive(Clone)]
pub struct Config {
    pub population: Arc<Population>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    /// Bearer token that callers must show.
    pub token: Arc<str>,
}

/// All registers with their identity checks and OpenAPI documents.
pub fn router(config: Config) -> Router {
    let mut router = Router::new();
    for register in &CATALOGUE.all {
        let service = service_path(register);
        router = router
            .route(
                &register.path,
                post(move |State(c): State<Config>, h: HeaderMap, b: Bytes| query(c, register, h, b)),
            )
            .route(&format!("{service}/openapi.json"), get(move || async { Json(openapi::of(&[register])) }));
        if let Some(path) = &register.verify_path {
            router = router.route(
                path,
                post(move |State(c): State<Config>, h: HeaderMap, b: Bytes| verify(c, register, h, b)),
            );
        }
    }
    let all: Vec<&'static Register> = CATALOGUE.all.iter().collect();
    router
        .route("/openapi.json", get(move || async move { Json(openapi::of(&all)) }))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(config)
}

/// The first segment of a register's path: `/social-security`.
fn service_path(register: &Register) -> &str {
    let rest = register.path.get(1..).unwrap_or_default();
    &register.path[..1 + rest.find('/').unwrap_or(rest.len())]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    subject: Asked,
    purpose: String,
    #[serde(default)]
    consent: Option<Uuid>,
    facts: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(rename = "type")]
    kind: Subject,
    id: String,
}

async fn query(
    config: Config,
    register: &'static Register,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    authorised(&headers, &config.token)?;
    let mode = config.switches.pass(&register.id).await?;
    let query: Query = read(&body)?;
    if query.subject.kind != register.subject {
        return Err(Problem::bad("wrong-subject-type", "this register is not about that type of subject"));
    }
    let personal = register.facts.iter().any(|fact| fact.personal && query.facts.contains(&fact.id));
    let consented = query.consent.map_or(!personal && register.subject == Subject::Entity, |id| !id.is_nil());
    if query.purpose.trim().is_empty() || query.purpose.chars().count() > PURPOSE || !consented {
        return Err(Problem::bad(
            "purpose-or-consent",
            "a purpose of at most 500 characters is needed, and a consent unless only public facts of an entity are asked for",
        ));
    }
    if query.facts.is_empty() || query.facts.len() > FACTS {
        return Err(Problem::bad("facts", "between 1 and 200 facts can be asked for"));
    }
    let mut pointers = Vec::with_capacity(query.facts.len());
    for id in &query.facts {
        match register.facts.iter().find(|f| &f.id == id) {
            Some(fact) => pointers.push(fact.at.as_str()),
            None => {
                return Err(Problem::bad("unknown-fact", "a fact asked for is not offered by this register"));
            }
        }
    }
    let (id, mut document) = document(&config, register, &query.subject.id, mode == Mode::WrongPerson)?;
    config.switches.bring_up_to_date(&register.id, &id, &mut document);
    let kind = query.subject.kind;
    let mut answer = json!({ "subject": { "type": kind, "id": id } });
    if mode != Mode::MissingFields {
        answer["as_of"] = json!((config.clock)().to_rfc3339());
        for pointer in pointers {
            put(&mut answer, pointer, document.pointer(pointer).cloned().unwrap_or(Value::Null));
        }
    }
    if mode == Mode::Malformed {
        let mut text = answer.to_string();
        text.truncate(text.floor_char_boundary(text.len() / 2));
        return Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response());
    }
    Ok(Json(answer).into_response())
}

/// The number and the whole document of the subject, or of its neighbour.
fn document(
    config: &Config,
    register: &Register,
    id: &str,
    neighbour: bool,
) -> Result<(String, Value), Problem> {
    let population = &config.population;
    let today = (config.clock)().date_in_china();
    let id = match register.subject {
        Subject::Person => {
            let id =
                ResidentId::parse(id).map_err(|_| Problem::bad("subject", "not a resident ID number"))?;
            let person = population.person(&id).ok_or_else(Problem::unknown_subject)?;
            let person = if neighbour { population.neighbour(person) } else { person };
            person.id.as_str().to_owned()
        }
        Subject::Entity => {
            let code = CreditCode::parse(id)
                .map_err(|_| Problem::bad("subject", "not a unified social credit code"))?;
            let entity = population.entity(&code).ok_or_else(Problem::unknown_subject)?;
            let entity = if neighbour { population.entity_neighbour(entity) } else { entity };
            entity.code.to_string()
        }
    };
    let document =
        document_on(population, &register.id, &id, today).ok_or_else(|| Problem::internal("no-document"))?;
    Ok((id, document))
}

/// All that a register says about a number on a day; `None` if it knows nobody with that number.
pub fn document_on(population: &Population, register: &str, id: &str, today: Date) -> Option<Value> {
    if register == "market_entities" {
        let entity = population.entity(&CreditCode::parse(id).ok()?)?;
        return Some(documents::of_entity(population, entity, today));
    }
    documents::of_person(population, register, population.person(&ResidentId::parse(id).ok()?)?, today)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityCheck {
    name: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepresentativeCheck {
    code: String,
    name: String,
    id: String,
}

/// Whether name and number belong together, or are those of the legal representative of a code. A wrong name and an
/// unknown number give the same answer, so that nothing is learnt by trying.
async fn verify(
    config: Config,
    register: &'static Register,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    authorised(&headers, &config.token)?;
    let mode = config.switches.pass(&register.id).await?;
    let population = &config.population;
    let same_name = |known: &str, asked: &str| known == asked.trim();
    let (subject, found) = match register.subject {
        Subject::Person => {
            let check: IdentityCheck = read(&body)?;
            let id = ResidentId::parse(&check.id)
                .map_err(|_| Problem::bad("subject", "not a resident ID number"))?;
            let found = population.person(&id).filter(|p| same_name(&p.name, &check.name)).map(|_| "active");
            (id.as_str().to_owned(), found)
        }
        Subject::Entity => {
            let check: RepresentativeCheck = read(&body)?;
            let code = CreditCode::parse(&check.code);
            let code = code.map_err(|_| Problem::bad("subject", "not a unified social credit code"))?;
            let id = ResidentId::parse(&check.id)
                .map_err(|_| Problem::bad("subject", "not a resident ID number"))?;
            let found = population.entity(&code).filter(|entity| {
                let representative = &population.persons[entity.representative as usize];
                representative.id == id && same_name(&representative.name, &check.name)
            });
            (code.to_string(), found.map(|entity| entity.status))
        }
    };
    let as_of = (config.clock)().to_rfc3339();
    let mut answer = json!({
        "subject": { "type": register.subject, "id": subject },
        "as_of": as_of,
        "match": found.is_some(),
        "status": found.unwrap_or("none"),
    });
    match mode {
        Mode::WrongPerson => {
            answer["subject"]["id"] = match register.subject {
                Subject::Person => json!(population.persons[population.persons.len() - 1].id),
                Subject::Entity => json!(population.entities[population.entities.len() - 1].code),
            };
        }
        Mode::Cancelled if found.is_some() => answer["status"] = json!("cancelled"),
        Mode::MissingFields => answer = json!({ "subject": answer["subject"] }),
        Mode::Malformed => {
            return Ok(([(header::CONTENT_TYPE, "application/json")], "{\"match\": tr").into_response());
        }
        _ => {}
    }
    Ok((StatusCode::OK, Json(answer)).into_response())
}

fn read<'a, T: Deserialize<'a>>(body: &'a Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|_| Problem::bad("body", "the body is not the JSON document asked for"))
}

/// Sets the value at a JSON pointer, making the objects on the way.
fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut place = document;
    for segment in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[segment];
    }
    *place = value;
}

/// Paths of every register by its id, to tell people what is served.
pub fn paths() -> BTreeMap<&'static str, &'static str> {
    CATALOGUE.all.iter().map(|r| (r.id.as_str(), r.path.as_str())).collect()
}
