//! What changing a phone number and a mail address share.

use domain::time::Timestamp;

use super::actor::Denied;
use super::codes::{CodeRefused, WrongCode};

/// Why a phone number or a mail address stays as it is.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ContactError {
    /// Sign in, or sign in again, first.
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("it is the present one")]
    Unchanged,
    #[error(transparent)]
    Refused(CodeRefused),
    #[error(transparent)]
    Code(#[from] WrongCode),
    /// Another account has the number; said only to who has the phone.
    #[error("another account has the number")]
    Taken,
    /// The account or the session changed meanwhile.
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl From<CodeRefused> for ContactError {
    fn from(refused: CodeRefused) -> Self {
        match refused {
            CodeRefused::Storage(error) => ContactError::Storage(error),
            refused => ContactError::Refused(refused),
        }
    }
}

impl ContactError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            ContactError::Unchanged => Some("contact-unchanged"),
            ContactError::Refused(refused) => refused.code(),
            ContactError::Code(wrong) => Some(wrong.code()),
            ContactError::Taken => Some("phone-taken"),
            ContactError::Stale => Some("session-stale"),
            ContactError::Denied(_) | ContactError::Storage(_) => None,
        }
    }

    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            ContactError::Refused(refused) => refused.retry_at(),
            ContactError::Code(wrong) => wrong.retry_at(),
            _ => None,
        }
    }
}
