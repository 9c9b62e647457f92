//! What all ways of signing in share: tokens, outcomes, and giving a session to its owner.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::PersonName;
use domain::ids::SessionId;
use domain::time::Timestamp;
use storage::Tx;
use storage::identity::sessions::{self, Owner, Session};

use super::codes::WrongCode;
use crate::Backend;
use crate::clock::Chance;
use crate::sealing::{Place, digest};

/// The secret in the cookie of a browser: 256 random bits. Only its digest is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(super) fn new(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 32];
        chance.fill(&mut bytes);
        Token(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// For the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> Vec<u8> {
        digest(self.0.as_bytes())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// Somebody signed in. The session has a new token from now on.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub token: Token,
    /// Whether the account was made just now.
    pub is_new: bool,
    /// Whether a new member of staff must first choose a password.
    pub must_change: bool,
    /// How the owner wants to read, as the pages keep it; null when never chosen.
    pub preferences: serde_json::Value,
}

/// Why signing in did not work.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SignInError {
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    #[error(transparent)]
    Code(#[from] WrongCode),
    /// No such account, no password, or the wrong one: the answer is the same.
    #[error("account and password do not fit")]
    WrongPassword,
    #[error("too many passwords are being checked")]
    Busy,
    /// The session changed meanwhile, as by a second click.
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl SignInError {
    /// Key of the words is `error-` and this; `None` for a failure of the portal itself.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            SignInError::TooOften { .. } => "too-often",
            SignInError::Code(wrong) => wrong.code(),
            SignInError::WrongPassword => "password-wrong",
            SignInError::Stale => "session-stale",
            SignInError::Busy | SignInError::Storage(_) => return None,
        })
    }

    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            SignInError::TooOften { retry_at } => Some(*retry_at),
            SignInError::Code(wrong) => wrong.retry_at(),
            _ => None,
        }
    }
}

/// Gives `session` to `owner` under `token`. A session of somebody else ends, so that nothing of theirs is left in it.
/// Gives the id of the owner's session, `None` when the session changed meanwhile.
pub(super) async fn enter(
    tx: &mut Tx,
    backend: &Backend,
    session: &Session,
    owner: Owner,
    token: &Token,
    now: Timestamp,
) -> Result<Option<SessionId>, storage::Error> {
    let hash = token.hash();
    let expires_at = super::viewer::expiry(owner, now, now);
    if session.owner() == owner {
        return Ok(sessions::reauthenticate(tx, session, &hash, now).await?.then_some(session.id));
    }
    if session.owner() == Owner::Anonymous {
        let changed = sessions::sign_in(tx, session, &hash, owner, now, expires_at).await?;
        return Ok(changed.then_some(session.id));
    }
    sessions::end(tx, session.id).await?;
    let (person_id, staff_id) = match owner {
        Owner::Person(id) => (Some(id), None),
        Owner::Staff(id) => (None, Some(id)),
        Owner::Anonymous => (None, None),
    };
    let id = SessionId(backend.id());
    let new = Session {
        id,
        token_hash: hash,
        person_id,
        staff_id,
        acting_for: None,
        created_at: now,
        last_seen_at: now,
        expires_at,
        reauthenticated_at: Some(now),
        agent: session.agent.clone(),
    };
    sessions::insert(tx, &new).await?;
    Ok(Some(id))
}

/// Where a person's name is sealed, and the others.
pub(super) fn place<'a>(column: &'a str, row: &'a uuid::Uuid) -> Place<'a> {
    Place::new("persons", column, row)
}

/// Opens a sealed text; `None` when it cannot be opened, which is logged without its content.
pub(super) fn open_text(backend: &Backend, place: Place<'_>, envelope: &[u8]) -> Option<String> {
    let opened = backend.open(place, envelope).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if opened.is_none() {
        tracing::error!(table = place.table, column = place.column, "a sealed value cannot be opened");
    }
    opened
}

pub(super) fn open_name(backend: &Backend, row: &uuid::Uuid, envelope: &[u8]) -> Option<PersonName> {
    PersonName::parse(&open_text(backend, place("name", row), envelope)?).ok()
}
