//! Gateways for SMS and mail: `POST` of one message as JSON, with a bearer token and an idempotency key.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a gateway may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where a gateway is reached.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// The address that takes messages.
    pub url: String,
    /// Bearer token.
    #[serde(default)]
    pub token: String,
}

/// One message for a gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Sending<'a> {
    /// A phone number or a mail address.
    pub to: &'a str,
    /// Kind of the message, under which its words are registered with the carrier.
    pub template: &'a str,
    pub params: &'a BTreeMap<String, String>,
    /// Of mails only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub text: String,
    /// The same for every try: the gateway sends it once.
    pub idempotency_key: String,
}

/// Why a gateway did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Whether it took it is unknown, or it is busy: ask again under the same key.
    Again(&'static str),
    /// It will never take this one.
    Never(&'static str),
}

/// The gateways of a deployment. Without an address messages wait.
pub struct MessageGateways {
    http: reqwest::Client,
    pub sms: Option<Gateway>,
    pub mail: Option<Gateway>,
}

impl MessageGateways {
    pub fn new(http: reqwest::Client, sms: Option<Gateway>, mail: Option<Gateway>) -> Self {
        MessageGateways { http, sms, mail }
    }

    pub async fn send_sms(&self, sending: &Sending<'_>) -> Result<(), Refusal> {
        self.send(self.sms.as_ref(), sending).await
    }

    pub async fn send_mail(&self, sending: &Sending<'_>) -> Result<(), Refusal> {
        self.send(self.mail.as_ref(), sending).await
    }

    async fn send(&self, gateway: Option<&Gateway>, sending: &Sending<'_>) -> Result<(), Refusal> {
        let gateway = gateway.ok_or(Refusal::Again("not-configured"))?;
        let request = self
            .http
            .post(&gateway.url)
            .bearer_auth(&gateway.token)
            .header("idempotency-key", &sending.idempotency_key)
            .timeout(TIMEOUT)
            .json(sending);
        let response = request
            .send()
            .await
            .map_err(|error| Refusal::Again(if error.is_timeout() { "timeout" } else { "unreachable" }))?;
        match response.status().as_u16() {
            200..=299 => Ok(()),
            401 | 403 => Err(Refusal::Again("unauthorised")),
            404 | 408 | 409 | 425 | 429 => Err(Refusal::Again("not-now")),
            400..=499 => Err(Refusal::Never("refused")),
            _ => Err(Refusal::Again("failing")),
        }
    }
}
