//! Proving identity, once: name and resident ID number, confirmed by the population register.

use std::net::IpAddr;

use domain::identity::PersonName;
use domain::identity::resident_id::ResidentId;
use domain::ids::PersonId;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::persons::{self, Sealed};
use storage::identity::sessions::{self, Session};

use super::actor::{Actor, Denied, PersonActor};
use super::limits::{self, Bucket};
use super::profile::open_profile;
use super::sign_in::{Token, place};
use super::viewer::Viewer;
use crate::Backend;
use crate::messages::notify;
use crate::registers::{ACTIVE, VerifyOutcome};

/// Why identity is not proven.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VerifyIdentityError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("identity is proven already")]
    Already,
    #[error("too many attempts")]
    TooOften { retry_at: domain::time::Timestamp },
    /// Name and number do not belong together.
    #[error("name and number do not fit")]
    NoMatch,
    /// They do, but of somebody who has died, or whose registration has ended.
    #[error("the person is not on the register any more")]
    NotActive,
    /// Another account proved this identity before; its phone number ends in `phone_end`.
    #[error("another account has this identity")]
    Taken { phone_end: String },
    /// The register does not answer: nothing is known, nothing is refused.
    #[error("the register does not answer")]
    Unknown,
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl VerifyIdentityError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            VerifyIdentityError::TooOften { .. } => "too-often",
            VerifyIdentityError::NoMatch => "identity-no-match",
            VerifyIdentityError::NotActive => "identity-not-active",
            VerifyIdentityError::Taken { .. } => "identity-taken",
            VerifyIdentityError::Unknown => "identity-unknown",
            VerifyIdentityError::Stale => "session-stale",
            VerifyIdentityError::Already
            | VerifyIdentityError::Denied(_)
            | VerifyIdentityError::Storage(_) => return None,
        })
    }
}

/// Asks the population register and keeps the proof. The session gets a new token.
pub async fn verify_identity(
    backend: &Backend,
    viewer: &Viewer,
    name: &PersonName,
    id: &ResidentId,
    address: IpAddr,
) -> Result<Token, VerifyIdentityError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    if me.verified {
        return Err(VerifyIdentityError::Already);
    }
    // The portal must not serve to try out names and numbers.
    let buckets = vec![
        Bucket::new(backend, limits::VERIFICATIONS_PER_PERSON, &me.id.to_string()),
        Bucket::of_address(backend, limits::VERIFICATIONS_PER_ADDRESS, address),
    ];
    if let Some(retry_at) = limits::take_now(backend, buckets).await? {
        return Err(VerifyIdentityError::TooOften { retry_at });
    }
    let register =
        backend.catalog.reference.registers.get("population").ok_or(VerifyIdentityError::Unknown)?;
    match backend.registers.verify_person(register, name, id).await {
        VerifyOutcome::Match { status } if status == ACTIVE => {}
        VerifyOutcome::Match { .. } => return Err(VerifyIdentityError::NotActive),
        VerifyOutcome::NoMatch => return Err(VerifyIdentityError::NoMatch),
        VerifyOutcome::Unknown(_) => return Err(VerifyIdentityError::Unknown),
    }
    let token = Token::new(&*backend.chance);
    let row = &me.id.0;
    let proof = Proof {
        me,
        name: Sealed {
            value: backend.seal(place("name", row), name.as_str().as_bytes()),
            index: backend.keys.blind_index("persons.name", name.as_str()),
        },
        id: Sealed {
            value: backend.seal(place("resident_id", row), id.as_str().as_bytes()),
            index: backend.keys.blind_index("persons.resident_id", id.as_str()),
        },
    };
    let (job, session, new_token) = (backend.clone(), viewer.session.clone(), token.clone());
    let kept: Result<(), VerifyIdentityError> = backend
        .db
        .write(move |tx| Box::pin(async move { keep(tx, &job, &session, &new_token, &proof).await }))
        .await;
    match kept {
        // Two accounts proved the same identity at the same moment, and the other was first.
        Err(VerifyIdentityError::Storage(storage::Error::Unique(_))) => {
            Err(VerifyIdentityError::Taken { phone_end: String::new() })
        }
        other => other.map(|()| token),
    }
}

#[derive(Clone)]
struct Proof {
    me: PersonActor,
    name: Sealed,
    id: Sealed,
}

async fn keep(
    tx: &mut Tx,
    backend: &Backend,
    session: &Session,
    token: &Token,
    proof: &Proof,
) -> Result<(), VerifyIdentityError> {
    let now = backend.now();
    let me: PersonId = proof.me.id;
    let person = persons::by_id(tx, me).await?.ok_or(storage::Error::NotFound)?;
    if person.verified_at.is_some() {
        return Err(VerifyIdentityError::Already);
    }
    if let Some(other) = persons::by_resident_id(tx, &proof.id.index).await? {
        let phone = open_profile(backend, &other).phone;
        // The last two digits tell the owner which phone it is, and others nothing.
        let phone_end = phone.map(|p| p.as_str()[9..].to_owned()).unwrap_or_default();
        return Err(VerifyIdentityError::Taken { phone_end });
    }
    let changed = persons::set_identity(tx, me, person.version, &proof.name, &proof.id, now).await?;
    if !changed || !sessions::rotate(tx, session, &token.hash()).await? {
        return Err(VerifyIdentityError::Stale);
    }
    audit::append(
        tx,
        Entry {
            at: now,
            actor: Actor::Person(proof.me).for_audit(),
            action: "identity.verify",
            subject_kind: "person",
            subject_id: me.to_string(),
            person: Some(me),
            purpose: None,
            detail: json!({ "register": "population" }),
        },
    )?;
    notify(backend, tx, me, "identity-verified", &json!({}), None).await?;
    Ok(())
}
