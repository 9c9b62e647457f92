//! Acting for a legal entity that the market-entity register says one represents.

use domain::identity::credit_code::CreditCode;
use domain::ids::{ConsentId, EntityId, PersonId};
use domain::registers::Subject;
use domain::rules::Value;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::entities::{self as stored, Representation};
use storage::identity::{persons, sessions};

use super::actor::{Actor, Denied, PersonActor};
use super::limits::{self, Bucket};
use super::profile::open_profile;
use super::sign_in::Token;
use super::viewer::Viewer;
use crate::Backend;
use crate::registers::{Answer, Question, VerifyOutcome};

/// Who knows entities and their representatives.
const REGISTER: &str = "market_entities";
/// Days until the register is asked again.
const FRESH_DAYS: i64 = 30;
/// What the register calls an entity that exists and may act.
const ACTIVE: &str = "active";
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

/// The entities I may act for, 200 at most.
pub async fn entities(backend: &Backend, me: &PersonActor) -> Result<Vec<Representation>, storage::Error> {
    stored::representations(&mut backend.db.read().await?, me.id).await
}

/// Whether what was obtained for `entity` is still the person's to see; for oneself always.
pub(crate) async fn may_act_for(
    tx: &mut Tx,
    person: PersonId,
    entity: Option<EntityId>,
) -> Result<bool, storage::Error> {
    match entity {
        Some(entity) => Ok(stored::representation(tx, person, entity).await?.is_some()),
        None => Ok(true),
    }
}

/// Asks the market-entity register whether the actor is the legal representative, and keeps that.
pub async fn add_entity(
    backend: &Backend,
    actor: &Actor,
    code: &CreditCode,
) -> Result<EntityId, ActForError> {
    let me = *actor.verified_person()?;
    let now = backend.now();
    let bucket = Bucket::new(backend, limits::VERIFICATIONS_PER_PERSON, &format!("entity|{}", me.id));
    let full: Option<Timestamp> = {
        let taken: Result<_, storage::Error> =
            backend.db.write(move |tx| Box::pin(async move { bucket.take(tx, now).await })).await;
        taken?
    };
    if let Some(retry_at) = full {
        return Err(ActForError::TooOften { retry_at });
    }
    ask_register(backend, &me, code).await?;
    let register = backend.catalog.reference.registers.get(REGISTER).ok_or(ActForError::Unknown)?;
    let code = code.to_string();
    let question = Question {
        subject: Subject::Entity,
        number: &code,
        purpose: "act_for",
        // The name is public and needs no consent; the id ties the question to the entry in the audit trail.
        consent: ConsentId(backend.id()),
        facts: vec!["entity.name"],
    };
    let Answer::Said(said) = backend.registers.ask(register, &question).await else {
        return Err(ActForError::Unknown);
    };
    let Some(Some(Value::Text(entity_name))) = said.facts.get("entity.name").cloned() else {
        return Err(ActForError::Unknown);
    };
    let new_id = EntityId(backend.id());
    let reference = question.consent;
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let entity = stored::put(tx, new_id, &code, &entity_name, now).await?;
                stored::represent(tx, me.id, entity.id, LEGAL_REPRESENTATIVE, now).await?;
                let detail = json!({ "register": REGISTER, "reference": reference });
                audit::append(tx, entry(&me, "identity.add_entity", entity.id, now, detail))?;
                Ok(entity.id)
            })
        })
        .await
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

/// Acts for `entity` from now on in this session, under a new token. What the register said long ago is asked again;
/// who is no longer the representative loses the entity.
pub async fn switch_entity(
    backend: &Backend,
    viewer: &Viewer,
    entity: EntityId,
) -> Result<Token, ActForError> {
    let me = *viewer.actor().verified_person()?;
    let held = stored::representation(&mut backend.db.read().await?, me.id, entity).await?;
    let held = held.ok_or(ActForError::NotMine)?;
    if held.verified_at.plus_days(FRESH_DAYS) < backend.now() {
        let code = CreditCode::parse(&held.code).map_err(|_| ActForError::NotMine)?;
        match ask_register(backend, &me, &code).await {
            Ok(()) => renew(backend, &me, entity).await?,
            Err(refused @ (ActForError::NoMatch | ActForError::NotActive)) => {
                remove_entity(backend, &viewer.actor(), entity).await?;
                return Err(refused);
            }
            Err(other) => return Err(other),
        }
    }
    set(backend, viewer, Some(entity)).await
}

/// Notes that the register still says so.
async fn renew(backend: &Backend, me: &PersonActor, entity: EntityId) -> Result<(), ActForError> {
    let (me, now) = (*me, backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                stored::represent(tx, me.id, entity, LEGAL_REPRESENTATIVE, now).await?;
                let detail = json!({ "register": REGISTER });
                audit::append(tx, entry(&me, "identity.renew_entity", entity, now, detail))?;
                Ok(())
            })
        })
        .await
}

/// Acts for oneself again, under a new token.
pub async fn leave_entity(backend: &Backend, viewer: &Viewer) -> Result<Token, ActForError> {
    set(backend, viewer, None).await
}

async fn set(backend: &Backend, viewer: &Viewer, entity: Option<EntityId>) -> Result<Token, ActForError> {
    let me = *viewer.actor().verified_person()?;
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let session = viewer.session.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(entity) = entity
                    && stored::representation(tx, me.id, entity).await?.is_none()
                {
                    return Err(ActForError::NotMine);
                }
                if !sessions::act_for(tx, &session, &token.hash(), entity).await? {
                    return Err(ActForError::Stale);
                }
                if let Some(subject) = entity.or(me.entity) {
                    let action = if entity.is_some() { "identity.act_for" } else { "identity.act_for_self" };
                    audit::append(tx, entry(&me, action, subject, now, json!({})))?;
                }
                Ok(token)
            })
        })
        .await
}

/// Takes the entity off my list. Sessions that act for it act for the person again.
pub async fn remove_entity(backend: &Backend, actor: &Actor, entity: EntityId) -> Result<(), ActForError> {
    let me = *actor.verified_person()?;
    let now = backend.now();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !stored::revoke(tx, me.id, entity, now).await? {
                    return Err(ActForError::NotMine);
                }
                sessions::leave_entity(tx, me.id, entity).await?;
                audit::append(tx, entry(&me, "identity.remove_entity", entity, now, json!({})))?;
                Ok(())
            })
        })
        .await
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
