//! One-time codes: drawing, sending and trying them, the same for everything they open.

use std::net::IpAddr;

use domain::ids::SessionId;
use domain::text::Locale;
use domain::time::Timestamp;
use serde_json::{Value, json};
use storage::Tx;
use storage::identity::codes::{self, Attempt, NewCode};

use super::limits::{self, Bucket};
use crate::Backend;
use crate::messages::{Parcel, Receiver, enqueue_mail, enqueue_sms};

/// Seconds a code is good for.
const LIFETIME: i64 = 300;
/// Seconds until another may be asked for.
const PAUSE: i64 = 60;
/// Wrong codes until another must be asked for.
const ATTEMPTS: i64 = 5;

/// A code is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSent {
    pub expires_at: Timestamp,
    /// When another may be asked for.
    pub again_at: Timestamp,
}

/// Why no code is sent.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CodeRefused {
    #[error("too many codes were asked for")]
    TooOften { retry_at: Timestamp },
    /// Wrong codes were given too often.
    #[error("too many wrong codes")]
    CodeLocked { retry_at: Timestamp },
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl CodeRefused {
    /// Key of the words is `error-` and this; `None` for a failure of the portal itself.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            CodeRefused::TooOften { .. } => Some("too-often"),
            CodeRefused::CodeLocked { .. } => Some("code-locked"),
            CodeRefused::Storage(_) => None,
        }
    }

    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            CodeRefused::TooOften { retry_at } | CodeRefused::CodeLocked { retry_at } => Some(*retry_at),
            CodeRefused::Storage(_) => None,
        }
    }
}

/// Why a code does not open anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongCode {
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    #[error("wrong code, {left} attempts left")]
    Wrong { left: i64 },
    /// The fifth wrong code, or any code after it.
    #[error("too many wrong codes")]
    Locked { retry_at: Timestamp },
    #[error("the code has expired")]
    Expired,
    #[error("the code was used before")]
    Used,
    /// None was sent there from this browser.
    #[error("no code was sent")]
    NotSent,
}

impl WrongCode {
    /// Key of the words is `error-` and this.
    pub fn code(&self) -> &'static str {
        match self {
            WrongCode::TooOften { .. } => "too-often",
            WrongCode::Wrong { .. } => "code-wrong",
            WrongCode::Locked { .. } => "code-locked",
            WrongCode::Expired => "code-expired",
            WrongCode::Used => "code-used",
            WrongCode::NotSent => "code-none",
        }
    }

    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            WrongCode::TooOften { retry_at } | WrongCode::Locked { retry_at } => Some(*retry_at),
            _ => None,
        }
    }
}

/// What a code opens, and for whom: it opens nothing else.
#[derive(Clone)]
pub(crate) struct CodeFor {
    purpose: &'static str,
    subject: Vec<u8>,
}

/// A code that was drawn, and the message that carries it.
#[derive(Clone)]
pub(crate) struct Drawn {
    row: NewCode,
    parcel: Parcel,
    pub(crate) sent: CodeSent,
}

impl CodeFor {
    pub(crate) fn new(backend: &Backend, purpose: &'static str, subject: &str) -> Self {
        let subject = backend.keys.blind_index("one_time_codes.subject", &format!("{purpose}|{subject}"));
        CodeFor { purpose, subject }
    }

    /// Draws a code for a message of `kind`, whose words find it beside `params`, an object.
    pub(crate) fn draw(
        &self,
        backend: &Backend,
        to: Receiver,
        kind: &str,
        mut params: Value,
        locale: Locale,
    ) -> Drawn {
        let now = backend.now();
        let digits = format!("{:06}", backend.chance.number() % 1_000_000);
        let sent = CodeSent { expires_at: now.plus_seconds(LIFETIME), again_at: now.plus_seconds(PAUSE) };
        let row = NewCode {
            purpose: self.purpose,
            code_hash: self.hash(backend, &digits),
            subject_index: self.subject.clone(),
            created_at: now,
            expires_at: sent.expires_at,
        };
        params["code"] = json!(digits);
        params["minutes"] = json!(LIFETIME / 60);
        let not_after = Some(sent.expires_at);
        let parcel = Parcel { to, kind: kind.to_owned(), params, locale: Some(locale), not_after };
        Drawn { row, parcel, sent }
    }

    /// Tries a code. A wrong one counts only if the transaction is kept.
    pub(crate) async fn attempt(
        &self,
        tx: &mut Tx,
        backend: &Backend,
        digits: &str,
    ) -> Result<Attempt, storage::Error> {
        let hash = self.hash(backend, digits);
        codes::attempt(tx, self.purpose, &self.subject, &hash, ATTEMPTS, backend.now()).await
    }

    fn hash(&self, backend: &Backend, digits: &str) -> Vec<u8> {
        let subject = crate::catalog::hex(&self.subject);
        backend.keys.blind_index("one_time_codes.code", &format!("{subject}|{digits}"))
    }
}

impl Drawn {
    /// Keeps the code in place of an earlier one, and sends it once the transaction is kept.
    pub(crate) async fn send(&self, backend: &Backend, tx: &mut Tx) -> Result<(), storage::Error> {
        codes::put(tx, &self.row).await?;
        match self.parcel.to {
            Receiver::Mail(_) => enqueue_mail(backend, tx, &self.parcel).await,
            Receiver::Phone(_) | Receiver::Person(_) => enqueue_sms(backend, tx, &self.parcel).await,
        }
    }
}

/// A code that goes to a phone or a mail address and counts in the browser that asked, and in no other: nobody else can
/// use it up.
#[derive(Clone)]
pub(super) struct Challenge {
    code: CodeFor,
    to: Receiver,
    sending: Vec<Bucket>,
    trying: Bucket,
    /// Full after the fifth wrong code. By address too: a stranger who guesses does not lock the owner out.
    lock: Bucket,
}

impl Challenge {
    pub fn new(
        backend: &Backend,
        purpose: &'static str,
        session: SessionId,
        to: Receiver,
        address: IpAddr,
    ) -> Self {
        let target = match &to {
            Receiver::Phone(target) => target.clone(),
            // Most servers do not tell case apart: limits must not either.
            Receiver::Mail(target) => target.to_ascii_lowercase(),
            Receiver::Person(id) => id.to_string(),
        };
        let mut sending: Vec<Bucket> = limits::CODES_PER_RECEIVER
            .into_iter()
            .map(|limit| Bucket::new(backend, limit, &target))
            .collect();
        sending.push(Bucket::of_address(backend, limits::CODES_PER_ADDRESS, address));
        Challenge {
            code: CodeFor::new(backend, purpose, &format!("{session}|{target}")),
            sending,
            trying: Bucket::of_address(backend, limits::CODE_ATTEMPTS_PER_ADDRESS, address),
            lock: Bucket::of_account(backend, limits::CODE_LOCK, &target, address),
            to,
        }
    }

    /// Sends a code with the words of `kind`; it replaces an earlier one.
    pub async fn send(
        self,
        backend: &Backend,
        kind: &'static str,
        locale: Locale,
    ) -> Result<CodeSent, CodeRefused> {
        let now = backend.now();
        let drawn = self.code.draw(backend, self.to, kind, json!({}), locale);
        let (job, lock, sending) = (backend.clone(), self.lock, self.sending);
        backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(retry_at) = lock.full_until(tx, now).await? {
                        return Err(CodeRefused::CodeLocked { retry_at });
                    }
                    if let Some(retry_at) = limits::take_all(tx, &sending, now).await? {
                        return Err(CodeRefused::TooOften { retry_at });
                    }
                    drawn.send(&job, tx).await?;
                    Ok(drawn.sent)
                })
            })
            .await
    }

    /// Uses the code up, or says what is wrong with it: that counts only if the transaction is kept.
    pub async fn answer(
        &self,
        tx: &mut Tx,
        backend: &Backend,
        digits: &str,
    ) -> Result<Result<(), WrongCode>, storage::Error> {
        let now = backend.now();
        if let Some(retry_at) = self.lock.full_until(tx, now).await? {
            return Ok(Err(WrongCode::Locked { retry_at }));
        }
        if let Some(retry_at) = self.trying.take(tx, now).await? {
            return Ok(Err(WrongCode::TooOften { retry_at }));
        }
        Ok(match self.code.attempt(tx, backend, digits).await? {
            Attempt::Accepted => Ok(()),
            Attempt::Wrong { left: 0 } => {
                self.lock.take(tx, now).await?;
                let retry_at = self.lock.full_until(tx, now).await?.unwrap_or(now);
                Err(WrongCode::Locked { retry_at })
            }
            Attempt::Wrong { left } => Err(WrongCode::Wrong { left }),
            // From another address than before: this code is spent, another one may be asked for.
            Attempt::Exhausted | Attempt::Expired => Err(WrongCode::Expired),
            Attempt::Used => Err(WrongCode::Used),
            Attempt::Unknown => Err(WrongCode::NotSent),
        })
    }
}
