//! What came in by SMS and mail: kept and shown to a developer instead of being sent.
//!
//! `POST /sms/v1/messages` answers 202 with an id; the same idempotency key gives the same id and keeps one message. Mails
//! come by SMTP (`smtp`). `GET /_outbox?to=…&channel=…` lists both, newest first.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::problem::{Problem, authorised};
use crate::registers::Clock;
use crate::switches::{Mode, Switches};

/// How many messages of a channel are kept, and how long one may be in bytes.
const KEPT: usize = 500;
const BODY: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Sms,
    Mail,
}

/// A message as it was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// A phone number or a mail address.
    pub to: String,
    /// Of text messages only, and the parameters too.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub template: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Of mails only.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
    /// Of a mail its Message-ID and receiver.
    pub idempotency_key: String,
}

/// A message with what the stand-in noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    pub id: String,
    pub channel: Channel,
    pub received_at: Timestamp,
    #[serde(flatten)]
    pub message: Message,
}

#[derive(Debug, Default)]
struct Held {
    count: u64,
    kept: VecDeque<Kept>,
}

/// The messages of both channels.
#[derive(Debug, Default)]
pub struct Outbox {
    sms: Mutex<Held>,
    mail: Mutex<Held>,
}

impl Outbox {
    fn of(&self, channel: Channel) -> &Mutex<Held> {
        match channel {
            Channel::Sms => &self.sms,
            Channel::Mail => &self.mail,
        }
    }

    /// Keeps a message and gives its id; the oldest goes when there are too many.
    pub fn take(&self, channel: Channel, message: Message, received_at: Timestamp) -> String {
        let mut held = self.of(channel).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.kept.iter().find(|k| k.message.idempotency_key == message.idempotency_key) {
            return known.id.clone();
        }
        held.count += 1;
        let prefix = if channel == Channel::Sms { "sms" } else { "mail" };
        let id = format!("{prefix}-{}", held.count);
        if held.kept.len() == KEPT {
            held.kept.pop_front();
        }
        held.kept.push_back(Kept { id: id.clone(), channel, received_at, message });
        id
    }

    /// Newest first; all if `to` and `channel` say nothing.
    pub fn list(&self, to: Option<&str>, channel: Option<Channel>) -> Vec<Kept> {
        let mut found = Vec::new();
        for one in [Channel::Sms, Channel::Mail] {
            if channel.is_none_or(|asked| asked == one) {
                let held = self.of(one).lock().unwrap_or_else(PoisonError::into_inner);
                found.extend(
                    held.kept.iter().rev().filter(|k| to.is_none_or(|to| k.message.to == to)).cloned(),
                );
            }
        }
        found.sort_by_key(|k| std::cmp::Reverse(k.received_at));
        found
    }
}

#[derive(Clone)]
pub struct Config {
    pub outbox: Arc<Outbox>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    pub token: Arc<str>,
}

pub fn router(config: Config) -> Router {
    Router::new()
        .route("/sms/v1/messages", post(take))
        .route("/_outbox", get(list))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(config)
}

async fn take(State(config): State<Config>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    authorised(&headers, &config.token)?;
    let mode = config.switches.pass("sms").await?;
    let message: Message =
        serde_json::from_slice(&body).map_err(|_| Problem::bad("body", "the body is not a message"))?;
    if message.to.is_empty() || message.text.is_empty() || message.idempotency_key.is_empty() {
        return Err(Problem::bad("message", "to, text and idempotency_key are needed"));
    }
    let id = config.outbox.take(Channel::Sms, message, (config.clock)());
    Ok(match mode {
        Mode::Malformed => (StatusCode::ACCEPTED, "{\"id\":").into_response(),
        Mode::MissingFields => (StatusCode::ACCEPTED, Json(json!({}))).into_response(),
        _ => (StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    to: Option<String>,
    channel: Option<Channel>,
}

async fn list(
    State(config): State<Config>,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Kept>>, Problem> {
    authorised(&headers, &config.token)?;
    Ok(Json(config.outbox.list(filter.to.as_deref(), filter.channel)))
}
