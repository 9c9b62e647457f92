//! The upper platform that takes reviews: `POST /reviews/v1/batches`, JSON lines signed as Standard Webhooks say.
//!
//! It is strict where a real one would be: a signature of five minutes at most, batches and lines in their order without
//! gaps, and the same answer to the same batch however often it comes. `GET /_reviews` lists what was taken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::problem::{Problem, authorised};
use crate::registers::Clock;
use crate::switches::{Mode, Switches};

/// Path of the batches.
pub const PATH: &str = "/reviews/v1/batches";
/// Bytes and lines of one batch.
const BODY: usize = 4 << 20;
const LINES: usize = 500;
/// Seconds by which the clocks may differ.
const TOLERANCE: i64 = 300;

/// The secret that batches are signed with, as it is configured at the portal.
pub fn secret(token: &str) -> String {
    format!("whsec_{}", STANDARD.encode(key(token)))
}

fn key(token: &str) -> [u8; 32] {
    Sha256::digest(format!("reviews {token}")).into()
}

/// What was taken.
#[derive(Debug, Default)]
pub struct Received(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// Digest of the body of each batch.
    batches: BTreeMap<i64, [u8; 32]>,
    lines: Vec<Value>,
    /// Batches that came once more.
    repeated: u64,
    /// Batches that were turned away, by reason.
    refused: BTreeMap<&'static str, u64>,
}

/// A look at what was taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    pub batches: Vec<i64>,
    pub lines: Vec<Value>,
    pub repeated: u64,
    pub refused: BTreeMap<&'static str, u64>,
}

impl Received {
    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn look(&self) -> Look {
        let held = self.held();
        Look {
            batches: held.batches.keys().copied().collect(),
            lines: held.lines.clone(),
            repeated: held.repeated,
            refused: held.refused.clone(),
        }
    }

    /// Takes a batch, or finds that it was taken; gives the last sequence.
    fn take(&self, number: i64, body: &str) -> Result<i64, &'static str> {
        let lines: Result<Vec<Value>, _> = body.lines().map(serde_json::from_str).collect();
        let lines = lines.ok().filter(|lines| (1..=LINES).contains(&lines.len())).ok_or("lines")?;
        let digest: [u8; 32] = Sha256::digest(body).into();
        let mut held = self.held();
        let last = lines.last().map_or(0, sequence);
        if let Some(known) = held.batches.get(&number) {
            if *known != digest {
                return Err("changed");
            }
            held.repeated += 1;
            return Ok(last);
        }
        let next = held.batches.keys().next_back().map_or(1, |number| number + 1);
        let first = held.lines.last().map_or(0, sequence) + 1;
        let in_order = lines.iter().zip(first..).all(|(line, expected)| sequence(line) == expected);
        if number != next || !in_order {
            return Err("order");
        }
        held.batches.insert(number, digest);
        held.lines.extend(lines);
        Ok(last)
    }
}

fn sequence(line: &Value) -> i64 {
    line["sequence"].as_i64().unwrap_or_default()
}

#[derive(Clone)]
pub struct Config {
    pub received: Arc<Received>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    pub token: Arc<str>,
}

pub fn router(config: Config) -> Router {
    Router::new()
        .route(PATH, post(take))
        .route("/_reviews", get(list))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(config)
}

async fn take(State(config): State<Config>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let mode = config.switches.pass("reviews").await?;
    let refuse = |reason: &'static str, problem: Problem| {
        *config.received.held().refused.entry(reason).or_default() += 1;
        problem
    };
    if !is_signed(&headers, &body, &config) {
        return Err(refuse("signature", Problem::unauthorised()));
    }
    let number = header(&headers, "idempotency-key").and_then(|key| key.parse::<i64>().ok());
    let named = number.filter(|number| header(&headers, "webhook-id") == Some(&format!("reviews-{number}")));
    let body = std::str::from_utf8(&body).ok();
    let (Some(number), Some(body)) = (named, body) else {
        return Err(refuse("key", Problem::bad("key", "the number of the batch is missing")));
    };
    let last = config.received.take(number, body).map_err(|reason| {
        let problem = match reason {
            "lines" => Problem::bad("lines", "the body is not 1 to 500 lines of JSON"),
            _ => Problem::conflict("the batch is not the next, or another than before"),
        };
        refuse(reason, problem)
    })?;
    Ok(match mode {
        Mode::Malformed => "{\"batch\":".into_response(),
        Mode::MissingFields => Json(json!({})).into_response(),
        _ => Json(json!({ "batch": number, "last_sequence": last })).into_response(),
    })
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether the portal signed these bytes, just now.
fn is_signed(headers: &HeaderMap, body: &[u8], config: &Config) -> bool {
    let (Some(id), Some(at), Some(signatures)) = (
        header(headers, "webhook-id"),
        header(headers, "webhook-timestamp"),
        header(headers, "webhook-signature"),
    ) else {
        return false;
    };
    let recent = at.parse::<i64>().is_ok_and(|at| ((config.clock)().as_seconds() - at).abs() <= TOLERANCE);
    recent
        && signatures.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|signature| {
            let Ok(signature) = STANDARD.decode(signature) else { return false };
            let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&key(&config.token)) else {
                return false;
            };
            mac.update(format!("{id}.{at}.").as_bytes());
            mac.update(body);
            mac.verify_slice(&signature).is_ok()
        })
}

async fn list(State(config): State<Config>, headers: HeaderMap) -> Result<Json<Look>, Problem> {
    authorised(&headers, &config.token)?;
    Ok(Json(config.received.look()))
}
