//! What the portal asks of the identity service: its description, its keys, and a token for a code.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use reqwest::{RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::OidcError;
use super::settings::{OidcSettings, is_private};

/// How long one question may take.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Bytes of an answer at most.
const LONGEST: usize = 256 * 1024;
/// Seconds for which description and keys are remembered.
const REMEMBERED: i64 = 3600;
/// Seconds until keys are asked for again because a token names another one.
const KEYS_PAUSE: i64 = 60;

/// An identity service, as this portal speaks with it.
pub struct OidcClient {
    http: reqwest::Client,
    pub(super) settings: OidcSettings,
    secret: String,
    redirect_uri: String,
    provider: Mutex<Option<(Timestamp, Arc<Provider>)>>,
    keys: Mutex<Option<(Timestamp, Arc<JwkSet>)>>,
}

/// What the service says of itself (OpenID Connect Discovery 1.0 §3).
#[derive(Debug, Deserialize)]
pub(super) struct Provider {
    issuer: String,
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Whether its answers name it (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// How the portal may show who it is; without it, by HTTP Basic.
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl OidcClient {
    /// `http` must not follow redirects. `public_url` is the portal's own address.
    pub fn new(http: reqwest::Client, settings: OidcSettings, secret: String, public_url: &str) -> Self {
        let redirect_uri = format!("{public_url}/staff/oidc/callback");
        OidcClient {
            http,
            settings,
            secret,
            redirect_uri,
            provider: Mutex::default(),
            keys: Mutex::default(),
        }
    }

    pub fn settings(&self) -> &OidcSettings {
        &self.settings
    }

    /// Whether the service describes itself and shows its keys; for `doctor`.
    pub async fn check(&self, now: Timestamp) -> Result<(), OidcError> {
        let provider = self.provider(now).await?;
        self.keys(&provider, now, true).await.map(drop)
    }

    /// Where the browser goes, with everything but the secrets of one sign-in.
    pub(super) fn authorization_url(&self, provider: &Provider) -> Result<Url, OidcError> {
        let mut url = Url::parse(&provider.authorization_endpoint).map_err(|_| OidcError::Unavailable)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("scope", "openid")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.redirect_uri);
        Ok(url)
    }

    /// The description of the service.
    pub(super) async fn provider(&self, now: Timestamp) -> Result<Arc<Provider>, OidcError> {
        if let Some((at, provider)) = self.provider.lock().unwrap_or_else(PoisonError::into_inner).clone()
            && now.seconds_since(at) < REMEMBERED
        {
            return Ok(provider);
        }
        let base = self.settings.issuer.trim_end_matches('/');
        let url = format!("{base}/.well-known/openid-configuration");
        let provider: Provider = self.ask("description", self.http.get(url)).await?;
        let addresses = [&provider.authorization_endpoint, &provider.token_endpoint, &provider.jwks_uri];
        // Who describes itself as another is another (Discovery §4.3).
        if provider.issuer != self.settings.issuer || !addresses.into_iter().all(|url| is_private(url)) {
            tracing::warn!("the identity service describes itself as another, or has addresses in the clear");
            return Err(OidcError::Unavailable);
        }
        let provider = Arc::new(provider);
        *self.provider.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, provider.clone()));
        Ok(provider)
    }

    /// Its keys; `unknown` when the ones at hand did not fit, so that a key which is new is found.
    pub(super) async fn keys(
        &self,
        provider: &Provider,
        now: Timestamp,
        unknown: bool,
    ) -> Result<Arc<JwkSet>, OidcError> {
        let fresh = if unknown { KEYS_PAUSE } else { REMEMBERED };
        if let Some((at, keys)) = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
            && now.seconds_since(at) < fresh
        {
            return Ok(keys);
        }
        let keys: Arc<JwkSet> = Arc::new(self.ask("keys", self.http.get(&provider.jwks_uri)).await?);
        *self.keys.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, keys.clone()));
        Ok(keys)
    }

    /// The ID token for a code (Core §3.1.3).
    pub(super) async fn id_token(
        &self,
        provider: &Provider,
        code: &str,
        verifier: &str,
    ) -> Result<String, OidcError> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", verifier),
        ];
        let methods = provider.token_endpoint_auth_methods_supported.as_deref();
        let takes = |method: &str| methods.is_none_or(|all| all.iter().any(|one| one == method));
        let basic = takes("client_secret_basic") || !takes("client_secret_post");
        if !basic {
            form.extend([("client_id", &*self.settings.client_id), ("client_secret", &*self.secret)]);
        }
        let mut request = self.http.post(&provider.token_endpoint).body(encode(&form));
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if basic {
            // Both are encoded as in a form first (RFC 6749 §2.3.1).
            request = request.basic_auth(escape(&self.settings.client_id), Some(escape(&self.secret)));
        }
        let tokens: Tokens = self.ask("token", request).await?;
        Ok(tokens.id_token)
    }

    /// Sends a question and reads a JSON answer of bounded size in bounded time.
    async fn ask<T: DeserializeOwned>(&self, what: &str, request: RequestBuilder) -> Result<T, OidcError> {
        let asking = async {
            let request = request.header("accept", "application/json");
            let mut response = request.send().await.map_err(|_| "no answer".to_owned())?;
            let status = response.status();
            if !status.is_success() {
                return Err(format!("status {status}"));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|_| "half an answer".to_owned())? {
                if bytes.len() + chunk.len() > LONGEST {
                    return Err("too long an answer".to_owned());
                }
                bytes.extend_from_slice(&chunk);
            }
            serde_json::from_slice(&bytes).map_err(|_| "an answer that is not understood".to_owned())
        };
        let answer =
            tokio::time::timeout(TIMEOUT, asking).await.unwrap_or_else(|_| Err("too slow".to_owned()));
        answer.map_err(|trouble| {
            tracing::warn!(what, trouble, "the identity service fails");
            OidcError::Unavailable
        })
    }
}

fn encode(form: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    pairs.join("&")
}

fn escape(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
