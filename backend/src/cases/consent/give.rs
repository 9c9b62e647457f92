//! Giving consent: the owner allows the service to ask for what it needs.

use domain::cases::CaseState;
use domain::ids::{CaseId, ConsentId, EvidenceId, OutboxId};
use domain::time::Timestamp;
use serde_json::json;
use storage::cases::case;
use storage::messages::outbox::{self, NewMessage};
use storage::registers::consents::{self, Consent};
use storage::registers::evidence::{self, Asked};

use super::fetch::{facts_by_register, fetch};
use super::{BACKFILL, Owed};
use crate::Backend;
use crate::cases::load::{Opened, own, own_draft_to_change};
use crate::cases::{CaseError, note};
use crate::identity::limits::{self, Bucket};
use crate::identity::{Actor, Purpose};

/// How soon a silent register is asked again, in seconds; the outbox backs off from there.
const FIRST_RETRY: i64 = 15;

/// Records the consent of the owner to everything the service needs, asks the registers in parallel and keeps what
/// they say. What a register does not say in time stays pending; a job asks again. Consent that is there already is not
/// given again: nobody is asked a second time.
pub async fn give_consent(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let mut tx = backend.db.read().await?;
    let opened = own(backend, &mut tx, actor, id).await?;
    drop(tx);
    if opened.row.state != CaseState::Draft {
        return Err(CaseError::Changed);
    }
    match keep_consent(backend, actor, &opened).await? {
        Some(consent) => fetch(backend, actor, id, consent).await,
        None => Ok(()),
    }
}

/// `None` when the draft has consent already.
async fn keep_consent(
    backend: &Backend,
    actor: &Actor,
    opened: &Opened,
) -> Result<Option<ConsentId>, CaseError> {
    let definition = &opened.service.definition;
    let now = backend.now();
    let consent = Consent {
        id: ConsentId(backend.id()),
        person_id: opened.row.person_id,
        case_id: opened.row.id,
        service_code: opened.row.service_code.clone(),
        purpose: definition.consent.purpose.clone(),
        facts: definition.facts.iter().map(|f| f.id.clone()).collect(),
        keep_days: definition.consent.keep_days.into(),
        given_at: now,
        revoked_at: None,
    };
    let id = consent.id;
    let by_register = facts_by_register(backend, opened);
    let asked: Vec<Asked> = by_register
        .iter()
        .flat_map(|(register, facts)| facts.iter().map(move |fact| (register, fact)))
        .map(|(register, fact)| Asked {
            id: EvidenceId(backend.id()),
            case_id: consent.case_id,
            person_id: consent.person_id,
            consent_id: id,
            register: register.clone(),
            fact: fact.clone(),
        })
        .collect();
    let owed: Vec<NewMessage> = by_register
        .keys()
        .map(|register| {
            let key = format!("{id}:{register}");
            owed_to(consent.case_id, id, register, key, OutboxId(backend.id()), now)
        })
        .collect();
    let bucket = Bucket::new(backend, limits::CONSENTS_PER_PERSON, &consent.person_id.to_string());
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = own_draft_to_change(&backend_of_job, tx, &actor, consent.case_id).await?;
                if opened.consent.as_ref().is_some_and(|c| c.revoked_at.is_none()) {
                    return Ok(None);
                }
                if let Some(retry_at) = bucket.take(tx, now).await? {
                    return Err(CaseError::TooOften { retry_at });
                }
                consents::insert(tx, &consent).await?;
                for fact in &asked {
                    evidence::ask(tx, fact).await?;
                }
                // Kept before anybody is asked: whatever happens to this process, somebody asks for what is missing.
                for message in &owed {
                    outbox::enqueue(tx, message).await?;
                }
                case::grounds_changed(tx, consent.case_id, now).await?;
                let purpose = Some(Purpose::Consent(consent.service_code.clone()));
                note(
                    tx,
                    &actor,
                    "consents.give",
                    &opened.row,
                    purpose,
                    json!({ "facts": consent.facts }),
                    now,
                )?;
                Ok::<_, CaseError>(Some(id))
            })
        })
        .await
}

/// The job that asks a register for what it owes to a case, in case nobody else does.
pub(crate) fn owed_to(
    case: CaseId,
    consent: ConsentId,
    register: &str,
    key: String,
    id: OutboxId,
    now: Timestamp,
) -> NewMessage {
    let owed = Owed { case, consent, register: register.to_owned() };
    NewMessage {
        id,
        topic: BACKFILL,
        key,
        payload: serde_json::to_vec(&owed).unwrap_or_default(),
        created_at: now,
        available_at: now.plus_seconds(FIRST_RETRY),
    }
}
