//! The second factor of members of staff: an authenticator app (RFC 6238), and recovery codes for when it is lost.

mod begin;
mod confirm;
mod give;
mod remove;
mod reset;

pub use begin::begin_second_factor;
pub use confirm::{confirm_second_factor, forget_recovery_codes};
pub use give::{HalfSignedIn, give_second_factor, half_signed_in};
pub use remove::remove_second_factor;
pub use reset::reset_second_factor;

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::identity::TotpSecret;
use domain::ids::StaffId;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Tx;
use storage::identity::second_factors::{self, SecondFactor};

use super::actor::Denied;
use super::create_staff::letters;
use super::form_draft::form_draft;
use super::limits::{self, Bucket};
use super::viewer::{StaffMember, Viewer};
use crate::Backend;
use crate::clock::Chance;
use crate::sealing::Place;

/// Forms of a session in which a new secret waits for its first code, and fresh recovery codes until they are noted.
const NEW_SECRET: &str = "staff-second-factor-secret";
const NEW_CODES: &str = "staff-recovery-codes";
const SECRET: &str = "secret";

/// Whether members of staff need a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorPolicy {
    /// Who has set one up is asked for it.
    Optional,
    /// Who has none sets one up before anything else.
    #[default]
    Required,
}

/// A second factor as it was typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// Six digits of an authenticator app.
    Code(String),
    /// A recovery code, in lower case without hyphens.
    Recovery(String),
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

impl Proof {
    /// Reads a recovery code as people copy it.
    pub fn recovery(typed: &str) -> Self {
        let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(40);
        Proof::Recovery(letters.map(|c| c.to_ascii_lowercase()).collect())
    }

    fn kind(&self) -> &'static str {
        match self {
            Proof::Code(_) => "totp",
            Proof::Recovery(_) => "recovery",
        }
    }
}

/// Why a second factor is not taken or not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SecondFactorError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the code is wrong, expired, or was used")]
    Wrong,
    /// At sign-in, with the tries that are left.
    #[error("the code is wrong, expired, or was used; {left} tries are left")]
    WrongAtSignIn { left: i64 },
    /// The password has to be given anew.
    #[error("nobody is between password and code in this session")]
    NotAsked,
    /// Nothing to confirm: it was confirmed, or began too long ago.
    #[error("no second factor is being set up in this session")]
    NotBegun,
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl SecondFactorError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            SecondFactorError::Wrong => "second-factor-wrong",
            SecondFactorError::WrongAtSignIn { .. } => "second-factor-wrong-left",
            SecondFactorError::NotAsked => "second-factor-not-asked",
            SecondFactorError::NotBegun => "second-factor-not-begun",
            SecondFactorError::TooOften { .. } => "too-often",
            SecondFactorError::Stale => "session-stale",
            SecondFactorError::Denied(_) | SecondFactorError::Storage(_) => return None,
        })
    }
}

/// How the second factor of a member stands, as its page shows it.
#[derive(Clone, Debug, Default)]
pub struct SecondFactorView {
    /// Since when there is one.
    pub confirmed_at: Option<Timestamp>,
    /// Recovery codes that were not used.
    pub recovery_left: i64,
    /// A secret that waits for its first code.
    pub offered: Option<TotpSecret>,
    /// Recovery codes that are shown this once.
    pub fresh_codes: Vec<String>,
}

/// What the page about a member's second factor shows.
pub async fn second_factor(
    backend: &Backend,
    viewer: &Viewer,
) -> Result<SecondFactorView, SecondFactorError> {
    let member = member(viewer)?;
    let session = viewer.session.id;
    let mut read = backend.db.read().await?;
    let confirmed_at = second_factors::find(&mut read, member.id).await?.map(|factor| factor.confirmed_at);
    let recovery_left = second_factors::recovery_left(&mut read, member.id).await?;
    drop(read);
    if !viewer.recent {
        return Ok(SecondFactorView { confirmed_at, recovery_left, ..SecondFactorView::default() });
    }
    let fresh_codes = form_draft(backend, session, NEW_CODES).await?.answers.into_values().collect();
    let offered = offered(backend, viewer).await?;
    Ok(SecondFactorView { confirmed_at, recovery_left, offered, fresh_codes })
}

/// The secret that waits in this session.
async fn offered(backend: &Backend, viewer: &Viewer) -> Result<Option<TotpSecret>, storage::Error> {
    let draft = form_draft(backend, viewer.session.id, NEW_SECRET).await?;
    Ok(STANDARD.decode(draft.get(SECRET)).ok().and_then(|bytes| TotpSecret::from_slice(&bytes)))
}

/// The member of staff who looks, with a password of their own.
fn member(viewer: &Viewer) -> Result<&StaffMember, Denied> {
    let member = viewer.staff().ok_or(Denied::SignInNeeded)?;
    if member.must_change { Err(Denied::Forbidden) } else { Ok(member) }
}

/// Uses `proof` up, if it is good.
async fn use_up(
    tx: &mut Tx,
    backend: &Backend,
    factor: &SecondFactor,
    proof: &Proof,
) -> Result<bool, storage::Error> {
    let id = factor.staff_id;
    match proof {
        Proof::Recovery(typed) => {
            second_factors::use_recovery(tx, id, &recovery_hash(backend, id, typed)).await
        }
        Proof::Code(typed) => {
            let opened = backend.open(place(&id), &factor.secret).ok();
            let Some(secret) = opened.and_then(|bytes| TotpSecret::from_slice(&bytes)) else {
                tracing::error!(staff = %id, "the secret of a second factor cannot be opened");
                return Ok(false);
            };
            match secret.step_of(typed, backend.now(), Some(factor.last_step)) {
                Some(step) => second_factors::use_step(tx, id, step).await,
                None => Ok(false),
            }
        }
    }
}

/// As [`use_up`] for who is signed in and changes the factor. A wrong one counts as at the sign-in.
async fn use_up_signed_in(
    backend: &Backend,
    viewer: &Viewer,
    member: &StaffMember,
    proof: &Proof,
) -> Result<(), SecondFactorError> {
    let subject = format!("{}|{}", member.id, viewer.session.id);
    let bucket = Bucket::new(backend, limits::STAFF_CODES_PER_ACCOUNT, &subject);
    if let Some(retry_at) = limits::take_now(backend, vec![bucket.clone()]).await? {
        return Err(SecondFactorError::TooOften { retry_at });
    }
    let (job, id, proof) = (backend.clone(), member.id, proof.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let factor = second_factors::find(tx, id).await?.ok_or(SecondFactorError::Stale)?;
                if !use_up(tx, &job, &factor, &proof).await? {
                    return Err(SecondFactorError::Wrong);
                }
                Ok(bucket.empty(tx).await?)
            })
        })
        .await
}

/// A recovery code: 50 bits, in two groups.
fn recovery_code(chance: &dyn Chance) -> String {
    let letters = letters::<10>(chance);
    format!("{}-{}", &letters[..5], &letters[5..])
}

/// Keyed, so that the few bits of a code cannot be tried on a stolen database.
fn recovery_hash(backend: &Backend, staff: StaffId, code: &str) -> Vec<u8> {
    let letters = code.replace('-', "");
    backend.keys.blind_index("staff_recovery_codes.code_hash", &format!("{staff}|{letters}"))
}

/// Where the secret of a member is sealed.
fn place(staff: &StaffId) -> Place<'_> {
    Place::new("staff_second_factors", "secret", &staff.0)
}
