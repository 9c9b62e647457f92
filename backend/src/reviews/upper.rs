//! The upper platform (上级好差评平台): takes signed batches of lines over HTTP.
//!
//! Signatures are those of Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`): HMAC-SHA256 over
//! `id.timestamp.body`, see ADR 0020.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::figures::Kept;

/// How long the upper platform may take for a batch.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Days that lines are kept after they arrived, where nothing else is said.
pub const FEED_KEEP_DAYS: i64 = 90;
/// Bytes of an acknowledgement that are read.
const MAX_ANSWER: usize = 64 * 1024;

/// `[reviews.upper]`: where batches go, and the secret that signs them. Shows its address only.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Upper {
    url: String,
    key: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: String,
    secret: String,
}

/// Why `[reviews.upper]` cannot be used. Says nothing of what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpperError {
    #[error("reviews.upper.url must be an https:// address, or http:// on this machine")]
    Url,
    #[error("reviews.upper.secret must be whsec_ and 24 to 64 bytes in base64")]
    Secret,
}

impl TryFrom<Settings> for Upper {
    type Error = UpperError;

    fn try_from(settings: Settings) -> Result<Self, UpperError> {
        Upper::new(&settings.url, &settings.secret)
    }
}

impl fmt::Debug for Upper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upper").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Why a batch was not acknowledged. Whatever it is, the same batch is sent again.
pub(super) type NotAcknowledged = &'static str;

/// What the upper platform says to a batch that it has.
#[derive(Deserialize)]
struct Acknowledgement {
    batch: i64,
    last_sequence: i64,
}

impl Upper {
    pub fn new(url: &str, secret: &str) -> Result<Self, UpperError> {
        let parsed = reqwest::Url::parse(url).map_err(|_| UpperError::Url)?;
        let host = parsed.host_str().ok_or(UpperError::Url)?.trim_matches(['[', ']']).to_owned();
        let here = host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let named = parsed.username().is_empty() && parsed.password().is_none();
        if !named || !(parsed.scheme() == "https" || parsed.scheme() == "http" && here) {
            return Err(UpperError::Url);
        }
        let key = secret.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok());
        let key = key.filter(|key| (24..=64).contains(&key.len())).ok_or(UpperError::Secret)?;
        Ok(Upper { url: url.to_owned(), key })
    }

    /// Value of `webhook-signature`.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        // Any length of key will do.
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.key).unwrap_or_else(|_| unreachable!());
        for part in [id, ".", &timestamp.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    /// Hands over batch `number`, whose last line is `last`.
    pub(super) async fn post(
        &self,
        http: &reqwest::Client,
        number: i64,
        last: i64,
        body: String,
        now: Timestamp,
    ) -> Result<(), NotAcknowledged> {
        let (id, timestamp) = (format!("reviews-{number}"), now.as_seconds());
        let signature = self.sign(&id, timestamp, &body);
        let request = http
            .post(&self.url)
            .header("content-type", "application/jsonl")
            .header("idempotency-key", number.to_string())
            .header("webhook-id", &id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .timeout(TIMEOUT)
            .body(body);
        let unknown = |error: reqwest::Error| if error.is_timeout() { "timeout" } else { "unreachable" };
        let mut response = request.send().await.map_err(unknown)?;
        match response.status().as_u16() {
            200..=299 => {}
            401 | 403 => return Err("unauthorised"),
            408 | 425 | 429 => return Err("not-now"),
            409 => return Err("out-of-order"),
            400..=499 => return Err("refused"),
            _ => return Err("failing"),
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unknown)? {
            if bytes.len() + chunk.len() > MAX_ANSWER {
                return Err("unreadable");
            }
            bytes.extend_from_slice(&chunk);
        }
        let acknowledged: Acknowledgement = serde_json::from_slice(&bytes).map_err(|_| "unreadable")?;
        let whole = acknowledged.batch == number && acknowledged.last_sequence >= last;
        if whole { Ok(()) } else { Err("not-acknowledged") }
    }
}

/// What reviews need of a deployment: the upper platform, if there is one, and the public figures as they were last read.
pub struct Reviews {
    /// Without it nothing is fed.
    pub upper: Option<Upper>,
    /// Days that lines of the feed are kept after they arrived.
    pub feed_keep_days: i64,
    pub(super) http: reqwest::Client,
    pub(super) figures: tokio::sync::Mutex<Option<Kept>>,
}

impl Default for Reviews {
    fn default() -> Self {
        Reviews::new(reqwest::Client::default(), None)
    }
}

impl Reviews {
    pub fn new(http: reqwest::Client, upper: Option<Upper>) -> Self {
        Reviews { upper, feed_keep_days: FEED_KEEP_DAYS, http, figures: tokio::sync::Mutex::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// The example that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let upper = Upper::new("https://upper.example.cn/v1/reviews", SECRET).unwrap();
        let signature = upper.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(!format!("{upper:?}").contains("MfKQ"));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        for url in ["http://upper.example.cn/", "upper", "https://u:p@upper.example.cn", "ftp://127.0.0.1"] {
            assert_eq!(Upper::new(url, SECRET).unwrap_err(), UpperError::Url, "{url}");
        }
        assert!(Upper::new("http://127.0.0.1:4100/reviews", SECRET).is_ok());
        for secret in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_!"] {
            assert_eq!(Upper::new("https://a.cn", secret).unwrap_err(), UpperError::Secret, "{secret}");
        }
    }
}
