//! Acting for a legal entity that the market-entity register says one represents.

mod add;
mod list;
mod remove;
mod switch;

pub use add::add_entity;
pub use list::entities;
pub(crate) use list::may_act_for;
pub use remove::remove_entity;
pub use switch::{leave_entity, switch_entity};

use domain::identity::credit_code::CreditCode;
use domain::ids::EntityId;
use domain::time::Timestamp;
use storage::audit::Entry;
use storage::identity::persons;

use super::actor::{Actor, Denied, PersonActor};
use super::profile::open_profile;
use crate::Backend;
use crate::registers::{ACTIVE, VerifyOutcome};

/// Who knows entities and their representatives.
const REGISTER: &str = "market_entities";
/// What a representative is called there.
const LEGAL_REPRESENTATIVE: &str = "legal_representative";

/// Why the person cannot act for the entity.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ActForError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    /// The register names somebody else as legal representative, or there is no such entity.
    #[error("not the legal representative")]
    NoMatch,
    /// The entity is deregistered or its licence was revoked.
    #[error("the entity is not active")]
    NotActive,
    #[error("the register does not answer")]
    Unknown,
    #[error("not represented by this person")]
    NotMine,
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl ActForError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            ActForError::TooOften { .. } => "too-often",
            ActForError::NoMatch => "entity-no-match",
            ActForError::NotActive => "entity-not-active",
            ActForError::Unknown => "entity-unknown",
            ActForError::NotMine => "entity-not-mine",
            ActForError::Stale => "session-stale",
            ActForError::Denied(_) | ActForError::Storage(_) => return None,
        })
    }
}

/// Whether the register names the person as legal representative of an active entity.
async fn ask_register(backend: &Backend, me: &PersonActor, code: &CreditCode) -> Result<(), ActForError> {
    let person =
        persons::by_id(&mut backend.db.read().await?, me.id).await?.ok_or(storage::Error::NotFound)?;
    let profile = open_profile(backend, &person);
    let (Some(name), Some(id)) = (profile.name, profile.resident_id) else {
        return Err(Denied::VerificationNeeded.into());
    };
    let register = backend.catalog.reference.registers.get(REGISTER).ok_or(ActForError::Unknown)?;
    match backend.registers.verify_representative(register, code, &name, &id).await {
        VerifyOutcome::Match { status } if status == ACTIVE => Ok(()),
        VerifyOutcome::Match { .. } => Err(ActForError::NotActive),
        VerifyOutcome::NoMatch => Err(ActForError::NoMatch),
        VerifyOutcome::Unknown(_) => Err(ActForError::Unknown),
    }
}

fn entry(
    me: &PersonActor,
    action: &'static str,
    entity: EntityId,
    now: Timestamp,
    detail: serde_json::Value,
) -> Entry {
    Entry {
        at: now,
        actor: Actor::Person(*me).for_audit(),
        action,
        subject_kind: "entity",
        subject_id: entity.to_string(),
        person: Some(me.id),
        purpose: None,
        detail,
    }
}
