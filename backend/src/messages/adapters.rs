//! What takes messages from the portal: an SMS gateway, `POST` of one message as JSON with a bearer token and an
//! idempotency key, and a mail server by SMTP.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::smtp::{MailServer, Outgoing};

/// How long a gateway may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Where the SMS gateway is reached.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// The address that takes messages.
    pub url: String,
    /// Bearer token.
    #[serde(default)]
    pub token: String,
}

/// One text message for the gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Sending<'a> {
    /// A phone number.
    pub to: &'a str,
    /// Kind of the message, under which its words are registered with the carrier.
    pub template: &'a str,
    pub params: &'a BTreeMap<String, String>,
    pub text: String,
    /// The same for every try: the gateway sends it once.
    pub idempotency_key: String,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Whether it was taken is unknown, or the other side is busy or does not know us: ask again, as the same message.
    #[error("not now: {0}")]
    Again(&'static str),
    /// This one will never be taken.
    #[error("never: {0}")]
    Never(&'static str),
}

/// The gateways of a deployment. Without an address messages wait.
pub struct MessageGateways {
    http: reqwest::Client,
    pub sms: Option<Gateway>,
    pub mail: Option<MailServer>,
}

impl MessageGateways {
    pub fn new(http: reqwest::Client, sms: Option<Gateway>, mail: Option<MailServer>) -> Self {
        MessageGateways { http, sms, mail }
    }

    pub async fn send_mail(&self, mail: &Outgoing<'_>) -> Result<(), Refusal> {
        self.mail.as_ref().ok_or(Refusal::Again("not-configured"))?.send(mail).await
    }

    pub async fn send_sms(&self, sending: &Sending<'_>) -> Result<(), Refusal> {
        let gateway = self.sms.as_ref().ok_or(Refusal::Again("not-configured"))?;
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
