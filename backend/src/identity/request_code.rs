//! Asking for a one-time code by SMS.

use std::net::IpAddr;

use domain::identity::Phone;
use domain::ids::SessionId;
use domain::text::Locale;
use domain::time::Timestamp;
use serde_json::json;
use storage::identity::codes::{self, NewCode};

use super::limits::{self, Bucket};
use crate::Backend;
use crate::messages::{Parcel, Receiver, enqueue_sms};

/// What the code is for.
pub(super) const SIGN_IN: &str = "sign-in";
/// Seconds a code is good for.
const LIFETIME: i64 = 300;
/// Seconds until another may be asked for.
const PAUSE: i64 = 60;

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

/// Sends a code to `phone`, known or not, that signs in the browser with `session` and no other: nobody else can use it
/// up. It replaces an earlier one.
pub async fn request_code(
    backend: &Backend,
    session: SessionId,
    phone: &Phone,
    address: IpAddr,
    locale: Locale,
) -> Result<CodeSent, CodeRefused> {
    let now = backend.now();
    let mut buckets: Vec<Bucket> = limits::CODES_PER_PHONE
        .into_iter()
        .map(|limit| Bucket::new(backend, limit, phone.as_str()))
        .collect();
    buckets.push(Bucket::of_address(backend, limits::CODES_PER_ADDRESS, address));
    let lock = code_lock(backend, phone, address);
    let digits = format!("{:06}", backend.chance.number() % 1_000_000);
    let expires_at = now.plus_seconds(LIFETIME);
    let subject = code_subject(backend, session, phone);
    let code = NewCode {
        purpose: SIGN_IN,
        code_hash: code_hash(backend, &subject, &digits),
        subject_index: subject,
        created_at: now,
        expires_at,
    };
    let parcel = Parcel {
        to: Receiver::Phone(phone.as_str().to_owned()),
        kind: "sign-in-code".to_owned(),
        params: json!({ "code": digits, "minutes": LIFETIME / 60 }),
        locale: Some(locale),
        not_after: Some(expires_at),
    };
    let job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(retry_at) = lock.full_until(tx, now).await? {
                    return Err(CodeRefused::CodeLocked { retry_at });
                }
                if let Some(retry_at) = limits::take_all(tx, &buckets, now).await? {
                    return Err(CodeRefused::TooOften { retry_at });
                }
                codes::put(tx, &code).await?;
                enqueue_sms(&job, tx, &parcel).await?;
                Ok(CodeSent { expires_at, again_at: now.plus_seconds(PAUSE) })
            })
        })
        .await
}

/// Full after the fifth wrong code. By address too: a stranger who guesses does not lock the owner out.
pub(super) fn code_lock(backend: &Backend, phone: &Phone, address: IpAddr) -> Bucket {
    Bucket::new(backend, limits::CODE_LOCK, &format!("{}|{address}", phone.as_str()))
}

pub(super) fn code_subject(backend: &Backend, session: SessionId, phone: &Phone) -> Vec<u8> {
    backend.keys.blind_index("one_time_codes.subject", &format!("{session}|{}", phone.as_str()))
}

pub(super) fn code_hash(backend: &Backend, subject: &[u8], digits: &str) -> Vec<u8> {
    let subject: String = subject.iter().map(|byte| format!("{byte:02x}")).collect();
    backend.keys.blind_index("one_time_codes.code", &format!("{subject}|{digits}"))
}
