//! An identity service for clerks: a small OpenID provider with the authorization code flow, PKCE and ES256.
//!
//! `GET /oidc/.well-known/openid-configuration` and `/oidc/jwks` describe it, `/oidc/authorize` lets one choose who to be,
//! `POST /oidc/token` gives an ID token for a code. The client is `zhangban`, its secret the token of the stand-ins.

mod authorize;
mod clerks;
mod token;

pub use clerks::{DemoClerk, demo_clerks};
pub use token::Spoil;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use p256::ecdsa::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::registers::Clock;
use crate::switches::{Mode, Switches};

/// The only client.
pub const CLIENT_ID: &str = "zhangban";
/// The switch that makes it slow or down.
pub const SERVICE: &str = "oidc";
/// What `amr` says of who was seen with a code of a phone, too.
pub const TWO_FACTORS: &str = "mfa";
/// Bytes of a posted form.
const BODY: usize = 16 * 1024;
/// Codes that wait at most; the oldest go.
const CODES: usize = 200;

/// The provider while it runs.
pub struct Issuer {
    /// As it names itself: `http://127.0.0.1:4100/oidc`.
    pub url: String,
    key: SigningKey,
    /// In the order of their numbers.
    codes: Mutex<BTreeMap<u64, Grant>>,
    spoil: Mutex<Option<Spoil>>,
}

/// What a code is good for.
#[derive(Clone)]
struct Grant {
    code: String,
    subject: String,
    redirect_uri: String,
    challenge: String,
    nonce: Option<String>,
    two_factors: bool,
    made_at: Timestamp,
}

impl Issuer {
    /// A provider at `base`, whose key is always the same for one token.
    pub fn new(base: &str, token: &str) -> Self {
        Issuer {
            url: format!("{base}/oidc"),
            key: key(&format!("oidc|{token}")),
            codes: Mutex::default(),
            spoil: Mutex::default(),
        }
    }

    /// Makes the next answers wrong in this way; `None` makes them right again.
    pub fn spoil(&self, how: Option<Spoil>) {
        *self.spoil.lock().unwrap_or_else(PoisonError::into_inner) = how;
    }

    fn spoilt(&self, how: Spoil) -> bool {
        *self.spoil.lock().unwrap_or_else(PoisonError::into_inner) == Some(how)
    }

    fn keep(&self, grant: Grant) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let number = codes.last_key_value().map_or(0, |(number, _)| number + 1);
        codes.insert(number, grant);
        if codes.len() > CODES {
            codes.pop_first();
        }
    }

    /// What a code is good for, once.
    fn take(&self, code: &str) -> Option<Grant> {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let number = codes.iter().find(|(_, grant)| grant.code == code).map(|(number, _)| *number)?;
        codes.remove(&number)
    }
}

/// A key that is always the same for one `seed`.
fn key(seed: &str) -> SigningKey {
    let mut bytes = Sha256::digest(seed);
    // One in 2³² numbers of this size is no key.
    loop {
        if let Ok(key) = SigningKey::from_slice(&bytes) {
            return key;
        }
        bytes = Sha256::digest(bytes);
    }
}

#[derive(Clone)]
pub struct Config {
    pub issuer: Arc<Issuer>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    /// The secret of the client.
    pub secret: Arc<str>,
}

pub fn router(config: Config) -> Router {
    Router::new()
        .route("/oidc/.well-known/openid-configuration", get(describe))
        .route("/oidc/jwks", get(keys))
        .route("/oidc/authorize", get(authorize::choose).post(authorize::chosen))
        .route("/oidc/token", post(token::exchange))
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(config)
}

async fn describe(State(config): State<Config>) -> Result<Response, Problem> {
    let mode = config.switches.pass(SERVICE).await?;
    if mode == Mode::Malformed {
        return Ok("{\"issuer\":".into_response());
    }
    let url = &config.issuer.url;
    let issuer = if mode == Mode::WrongPerson { "http://127.0.0.1/another" } else { url };
    Ok(Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": true,
    }))
    .into_response())
}

async fn keys(State(config): State<Config>) -> Result<Json<Value>, Problem> {
    config.switches.pass(SERVICE).await?;
    let point = config.issuer.key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: Option<_>| bytes.map(|b: &_| URL_SAFE_NO_PAD.encode(b)).unwrap_or_default();
    let (x, y) = (coordinate(point.x()), coordinate(point.y()));
    let key = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": token::KID, "x": x, "y": y });
    Ok(Json(json!({ "keys": [key] })))
}
