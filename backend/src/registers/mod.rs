//! Asking registers: the real protocol, with a deadline, retries and a breaker for each.

mod breaker;
pub mod read;
pub mod settings;
mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::ConsentId;
use domain::registers::{Register, Registers, Subject};
use domain::time::Timestamp;
use serde::Serialize;
use tokio::time::{Instant, timeout_at};

use crate::clock::Clock;
use breaker::Breakers;
pub use read::{Said, Unreadable};
pub use settings::{Settings, SettingsError, configure};
pub use verify::{ACTIVE, VerifyOutcome};

/// Largest answer of a register, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// The registers of a deployment and how to reach them.
pub struct RegisterClient {
    http: reqwest::Client,
    settings: BTreeMap<String, Settings>,
    breakers: Breakers,
    clock: Arc<dyn Clock>,
}

/// A question to one register about one subject.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub subject: Subject,
    /// The resident ID number or unified social credit code.
    pub number: &'a str,
    pub purpose: &'a str,
    /// Not needed for facts that are about no person, such as the name of an entity.
    pub consent: Option<ConsentId>,
    /// Ids of facts, all of this register.
    pub facts: Vec<&'a str>,
}

/// Why a register's word is unknown. Never a reason to say that something is not so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("no address is configured")]
    NotConfigured,
    #[error("not asked: it failed too often just now")]
    BreakerOpen,
    #[error("no answer in time")]
    Timeout,
    #[error("cannot be reached")]
    Unreachable,
    /// HTTP status.
    #[error("answered with status {0}")]
    Status(u16),
    #[error("the answer is too large")]
    TooLarge,
    #[error("the answer cannot be read")]
    Malformed,
    #[error("the answer is about somebody else")]
    WrongSubject,
}

/// What came of asking.
#[derive(Clone, Debug)]
pub enum Answer {
    Said(Said),
    /// Nobody has this number.
    NoSubject {
        digest: Vec<u8>,
    },
    Unknown(Trouble),
}

#[derive(Serialize)]
struct Body<'a> {
    subject: BodySubject<'a>,
    purpose: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<ConsentId>,
    facts: &'a [&'a str],
}

#[derive(Serialize)]
struct BodySubject<'a> {
    #[serde(rename = "type")]
    kind: Subject,
    id: &'a str,
}

enum Reply {
    Ok(Vec<u8>),
    NotFound(Vec<u8>),
}

impl RegisterClient {
    /// `registers` are as they are after `configure` with `settings`.
    pub fn new(
        http: reqwest::Client,
        settings: BTreeMap<String, Settings>,
        registers: &Registers,
        clock: Arc<dyn Clock>,
    ) -> Self {
        RegisterClient { http, settings, breakers: Breakers::new(registers), clock }
    }

    /// Asks `register`. Answers within its deadline, whatever the register does.
    pub async fn ask(&self, register: &Register, question: &Question<'_>) -> Answer {
        let subject = BodySubject { kind: question.subject, id: question.number };
        let body =
            Body { subject, purpose: question.purpose, consent: question.consent, facts: &question.facts };
        match self.post(register, &register.path, &body).await {
            Ok(Reply::Ok(bytes)) => match read::read(register, question, &bytes) {
                Ok(said) => {
                    self.breakers.worked(&register.id);
                    Answer::Said(said)
                }
                Err(Unreadable::Malformed) => Answer::Unknown(self.failed(register, Trouble::Malformed)),
                Err(Unreadable::WrongSubject) => {
                    Answer::Unknown(self.failed(register, Trouble::WrongSubject))
                }
            },
            // A proxy or a wrong address answers 404 too: only the register's own word counts.
            Ok(Reply::NotFound(bytes)) if read::says_unknown_subject(&bytes) => {
                self.breakers.worked(&register.id);
                Answer::NoSubject { digest: crate::sealing::digest(&bytes) }
            }
            Ok(Reply::NotFound(_)) => Answer::Unknown(self.failed(register, Trouble::Status(404))),
            Err(trouble) => Answer::Unknown(trouble),
        }
    }

    /// Counts against the register.
    fn failed(&self, register: &Register, trouble: Trouble) -> Trouble {
        self.breakers.failed(&register.id, self.clock.now());
        trouble
    }

    /// Posts to a path of a register, with retries until the deadline. Failures are counted here; that an answer is of
    /// use is for the caller to say.
    async fn post(&self, register: &Register, path: &str, body: &impl Serialize) -> Result<Reply, Trouble> {
        let settings = self.settings.get(&register.id).ok_or(Trouble::NotConfigured)?;
        if !self.breakers.lets_through(&register.id, self.clock.now()) {
            return Err(Trouble::BreakerOpen);
        }
        let deadline = Instant::now() + Duration::from_millis(register.timeout_ms.into());
        let mut outcome = Err(Trouble::Timeout);
        for _ in 0..=register.retries {
            outcome = match timeout_at(deadline, self.try_once(settings, path, body)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(Trouble::Timeout),
            };
            // Another try makes sense only where the register may have hiccuped, and while there is time.
            let again = matches!(outcome, Err(Trouble::Unreachable | Trouble::Status(500..=599)));
            if !again || Instant::now() >= deadline {
                break;
            }
        }
        outcome.map_err(|trouble| self.failed(register, trouble))
    }

    async fn try_once(
        &self,
        settings: &Settings,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Reply, Trouble> {
        let url = format!("{}{path}", settings.url);
        let request = settings.authorise(self.http.post(url)).json(body);
        // The error of a client quotes the URL, which holds nothing personal, but it is not kept either.
        let mut response = request.send().await.map_err(|_| Trouble::Unreachable)?;
        let status = response.status();
        let found = match status.as_u16() {
            200 => true,
            404 => false,
            other => return Err(Trouble::Status(other)),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Trouble::Unreachable)? {
            if bytes.len() + chunk.len() > MAX_ANSWER {
                return Err(Trouble::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(if found { Reply::Ok(bytes) } else { Reply::NotFound(bytes) })
    }

    /// Whether each configured register is being asked at the moment, for health and metrics.
    pub fn states(&self) -> Vec<(String, bool)> {
        let now: Timestamp = self.clock.now();
        self.settings.keys().map(|id| (id.clone(), self.breakers.lets_through(id, now))).collect()
    }
}
