//! Signing in at an identity service: the authorization code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636) and the
//! check of the issuer in the answer (RFC 9207). Accounts are linked by an administrator, never made.

mod client;
mod finish;
mod id_token;
mod link;
mod settings;
mod start;

pub use client::OidcClient;
pub use finish::{OidcAnswer, finish_oidc};
pub use id_token::TokenRefused;
pub use link::{link_staff, unlink_staff};
pub use settings::{OidcSettings, OidcSettingsError};
pub use start::start_oidc;

use domain::ids::SessionId;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::sign_in::SignInError;
use crate::Backend;
use crate::sealing::Place;

/// Seconds a sign-in at the service may take.
const LIFETIME: i64 = 600;
/// Seconds within which who is asked again must have proved themself there.
const MAX_AGE: i64 = 600;

/// Why nobody is signed in by the identity service.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OidcError {
    #[error("no identity service is configured")]
    NotConfigured,
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    /// It cannot be reached, or answers what cannot be understood.
    #[error("the identity service does not answer")]
    Unavailable,
    /// Not begun in this browser, done before, or too long ago.
    #[error("no such sign-in is under way")]
    NotBegun,
    /// The person went back, or may not.
    #[error("the identity service signed nobody in")]
    Declined,
    #[error("what the identity service says cannot be trusted")]
    Untrusted,
    /// No open account here is that person's.
    #[error("nobody here is linked to that person")]
    Unlinked,
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl OidcError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            OidcError::TooOften { .. } => "too-often",
            OidcError::Unavailable => "oidc-unavailable",
            OidcError::NotBegun => "oidc-not-begun",
            OidcError::Declined => "oidc-declined",
            OidcError::Untrusted => "oidc-untrusted",
            OidcError::Unlinked => "oidc-unlinked",
            OidcError::Stale => "session-stale",
            OidcError::NotConfigured | OidcError::Storage(_) => return None,
        })
    }
}

impl From<SignInError> for OidcError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Storage(error) => OidcError::Storage(error),
            _ => OidcError::Stale,
        }
    }
}

/// What only this portal knows of a sign-in that is under way.
#[derive(Clone, Serialize, Deserialize)]
struct Secrets {
    nonce: String,
    /// Of PKCE.
    verifier: String,
    /// Seconds within which the person must have proved themself, where that was asked for.
    max_age: Option<i64>,
}

fn place(session: &SessionId) -> Place<'_> {
    Place::new("staff_oidc_requests", "secrets", &session.0)
}

/// By which a linked account is found.
fn subject_index(backend: &Backend, issuer: &str, subject: &str) -> Vec<u8> {
    backend.keys.blind_index("staff_links.subject_index", &format!("{issuer}\n{subject}"))
}
