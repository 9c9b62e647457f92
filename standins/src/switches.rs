//! Making a stand-in misbehave, to see how the portal bears it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{Problem, authorised};

/// How a service answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum Mode {
    #[default]
    Up,
    /// Right, but after this many milliseconds; at most a minute.
    Slow { ms: u32 },
    /// 503 to everything.
    Down,
    /// 500 to everything.
    Error,
    /// 200 with half a JSON document.
    Malformed,
    /// The document of somebody else.
    WrongPerson,
    /// Names and numbers belong to people and entities that are no more.
    Cancelled,
    /// Neither `as_of` nor facts.
    MissingFields,
}

/// The state of every service, by register id, `sms`, `mail` and `reviews`. Unset is up.
#[derive(Debug, Default)]
pub struct Switches(Mutex<BTreeMap<String, Mode>>, Mutex<Vec<Change>>);

/// What a register has learned of somebody: at the pointer of its document another value.
#[derive(Clone, Debug)]
struct Change {
    register: String,
    id: String,
    pointer: String,
    value: Value,
}

impl Switches {
    pub fn get(&self, service: &str) -> Mode {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(service).copied().unwrap_or_default()
    }

    pub fn set(&self, service: &str, mode: Mode) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(service.to_owned(), mode);
    }

    /// Everything that is not up.
    pub fn all(&self) -> BTreeMap<String, Mode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on a register says something else of a number: people move and marry while their cases are open.
    pub fn learn(&self, register: &str, id: &str, pointer: &str, value: Value) {
        let change = Change { register: register.into(), id: id.into(), pointer: pointer.into(), value };
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }

    /// Puts what a register has learned into its document of a number; the newest counts.
    pub(crate) fn bring_up_to_date(&self, register: &str, id: &str, document: &mut Value) {
        let changes = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        for change in changes.iter().filter(|change| change.register == register && change.id == id) {
            if let Some(place) = document.pointer_mut(&change.pointer) {
                *place = change.value.clone();
            }
        }
    }

    /// Waits or refuses as the switch of `service` says, else says how the answer is to be spoilt.
    pub async fn pass(&self, service: &str) -> Result<Mode, Problem> {
        let mode = self.get(service);
        match mode {
            Mode::Down => return Err(Problem::down()),
            Mode::Error => return Err(Problem::internal("broken")),
            Mode::Slow { ms } => tokio::time::sleep(Duration::from_millis(u64::from(ms.min(60_000)))).await,
            _ => {}
        }
        Ok(mode)
    }
}

#[derive(Clone)]
struct Control {
    switches: Arc<Switches>,
    services: Arc<[String]>,
    token: Arc<str>,
}

/// `GET /_switch` and `PUT /_switch/{service}`, for the services named.
pub fn router(switches: Arc<Switches>, services: Vec<String>, token: Arc<str>) -> Router {
    Router::new().route("/_switch", get(list)).route("/_switch/{service}", put(set)).with_state(Control {
        switches,
        services: services.into(),
        token,
    })
}

async fn list(
    State(control): State<Control>,
    headers: HeaderMap,
) -> Result<Json<BTreeMap<String, Mode>>, Problem> {
    authorised(&headers, &control.token)?;
    Ok(Json(control.services.iter().map(|s| (s.clone(), control.switches.get(s))).collect()))
}

async fn set(
    State(control): State<Control>,
    Path(service): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<StatusCode, Problem> {
    authorised(&headers, &control.token)?;
    if !control.services.contains(&service) {
        return Err(Problem::not_found());
    }
    let mode = serde_json::from_slice(&body).map_err(|_| Problem::bad("body", "the body is not a state"))?;
    control.switches.set(&service, mode);
    Ok(StatusCode::NO_CONTENT)
}
