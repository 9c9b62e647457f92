//! Consent, and fetching the facts under it.

use std::collections::BTreeMap;

use domain::cases::CaseState;
use domain::ids::{CaseId, ConsentId, EvidenceId, OutboxId};
use domain::registers::{Register, Subject};
use domain::text::Locale;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::cases::case;
use storage::messages::outbox::{self, NewMessage};
use storage::registers::consents::{self, Consent};
use storage::registers::evidence::{self, Asked, Said};

use super::load::{Opened, load, load_to_change, own, own_to_change};
use super::track::record;
use super::{CaseError, note};
use crate::Backend;
use crate::identity::{Actor, Purpose};
use crate::registers::{Answer, Question, Trouble};
use crate::sealing::Place;

/// Topic of the outbox for facts that a register still owes.
pub const BACKFILL: &str = "register-backfill";
/// How soon a silent register is asked again, in seconds; the outbox backs off from there.
const FIRST_RETRY: i64 = 15;

/// What a register owes to a case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Owed {
    pub case: CaseId,
    pub consent: ConsentId,
    pub register: String,
}

/// Records the consent of the owner to everything the service needs, asks the registers in parallel and keeps what
/// they say. What a register does not say in time stays pending; a job asks again.
pub async fn give_consent(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let mut tx = backend.db.read().await?;
    let opened = own(backend, &mut tx, actor, id).await?;
    drop(tx);
    if opened.state != CaseState::Draft {
        return Err(CaseError::Changed);
    }
    let consent = keep_consent(backend, actor, &opened).await?;
    fetch(backend, actor, id, consent).await
}

async fn keep_consent(backend: &Backend, actor: &Actor, opened: &Opened) -> Result<ConsentId, CaseError> {
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
        .map(|register| NewMessage {
            id: OutboxId(backend.id()),
            topic: BACKFILL,
            key: format!("{id}:{register}"),
            payload: serde_json::to_vec(&Owed {
                case: consent.case_id,
                consent: id,
                register: register.clone(),
            })
            .unwrap_or_default(),
            created_at: now,
            available_at: now.plus_seconds(FIRST_RETRY),
        })
        .collect();
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = own_to_change(&backend_of_job, tx, &actor, consent.case_id).await?;
                if opened.state != CaseState::Draft {
                    return Err(CaseError::Changed);
                }
                consents::insert(tx, &consent).await?;
                for fact in &asked {
                    evidence::ask(tx, fact).await?;
                }
                // Kept before anybody is asked: whatever happens to this process, somebody asks for what is missing.
                for message in &owed {
                    outbox::enqueue(tx, message).await?;
                }
                case::grounds_changed(tx, consent.case_id).await?;
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
                Ok::<_, CaseError>(id)
            })
        })
        .await
}

/// Ids of the facts a case needs, by register.
fn facts_by_register(backend: &Backend, opened: &Opened) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for fact in &opened.service.definition.facts {
        if let Some((register, _)) = backend.catalog.reference.registers.fact(&fact.id) {
            found.entry(register.id.clone()).or_default().push(fact.id.clone());
        }
    }
    found
}

/// Asks all registers that owe something to a case, at the same time.
async fn fetch(backend: &Backend, actor: &Actor, id: CaseId, consent: ConsentId) -> Result<(), CaseError> {
    let mut tx = backend.db.read().await?;
    let opened = load(backend, &mut tx, id).await?;
    drop(tx);
    let mut asking = tokio::task::JoinSet::new();
    for register in facts_by_register(backend, &opened).into_keys() {
        let (backend, actor, opened) = (backend.clone(), actor.clone(), opened.clone());
        asking.spawn(async move { ask(&backend, &actor, &opened, consent, &register).await });
    }
    while let Some(asked) = asking.join_next().await {
        match asked {
            // What is unknown stays pending, for the job.
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(error),
            Err(_) => tracing::error!("asking a register failed inside"),
        }
    }
    Ok(())
}

/// Asks one register for what it still owes to a case and keeps its word. `Err` inside is why it is unknown.
pub(crate) async fn ask(
    backend: &Backend,
    actor: &Actor,
    opened: &Opened,
    consent: ConsentId,
    register_id: &str,
) -> Result<Result<(), Trouble>, CaseError> {
    let registers = &backend.catalog.reference.registers;
    let register: &Register = registers.get(register_id).ok_or(CaseError::NotFound)?;
    let rows: Vec<_> = {
        let mut tx = backend.db.read().await?;
        evidence::of_case(&mut tx, opened.row.id).await?
    };
    let owed: Vec<_> =
        rows.into_iter().filter(|r| r.register == register_id && r.state == "pending").collect();
    if owed.is_empty() {
        return Ok(Ok(()));
    }
    let number = match register.subject {
        Subject::Person => crate::identity::resident_id(backend, opened.row.person_id).await?,
        Subject::Entity => match opened.row.entity_id {
            Some(entity) => crate::identity::credit_code(backend, entity).await?,
            None => return Err(CaseError::WrongApplicant),
        },
    };
    let purpose = opened.service.definition.consent.purpose.get(Locale::Zh).to_owned();
    let question = Question {
        subject: register.subject,
        number: &number,
        purpose: &purpose,
        consent,
        facts: owed.iter().map(|r| r.fact.as_str()).collect(),
    };
    let answer = backend.registers.ask(register, &question).await;
    let fetched_at = backend.now();
    let said: Vec<Said> = match answer {
        Answer::Unknown(trouble) => {
            tracing::warn!(register = register_id, %trouble, "register did not answer");
            return Ok(Err(trouble));
        }
        Answer::NoSubject { digest } => owed
            .iter()
            .map(|row| Said {
                id: row.id,
                state: "no_record",
                value: None,
                observed_at: fetched_at,
                fetched_at,
                digest: digest.clone(),
            })
            .collect(),
        Answer::Said(said) => owed
            .iter()
            .map(|row| {
                let value = said.facts.get(&row.fact).and_then(Option::as_ref);
                Said {
                    id: row.id,
                    state: if value.is_some() { "known" } else { "no_record" },
                    value: value.map(|v| backend.seal_json(Place::new("evidence", "value", &row.id.0), v)),
                    observed_at: said.observed_at,
                    fetched_at,
                    digest: said.digest.clone(),
                }
            })
            .collect(),
    };
    let (backend_of_job, actor, case, register_id) =
        (backend.clone(), actor.clone(), opened.row.id, register_id.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&backend_of_job, tx, case).await?;
                let mut kept = Vec::new();
                for (fact, row) in said.iter().zip(&owed) {
                    // Asked for anew meanwhile, under another consent: then that answer counts.
                    if evidence::answer(tx, fact).await? {
                        kept.push(row.fact.as_str());
                    }
                }
                case::grounds_changed(tx, case).await?;
                if opened.state != CaseState::Draft && !kept.is_empty() {
                    let detail = json!({ "register": register_id });
                    record(&backend_of_job, tx, &opened.row, "backfilled", &actor, detail).await?;
                }
                let detail = json!({ "register": register_id, "facts": kept });
                let purpose = Some(Purpose::Consent(opened.row.service_code.clone()));
                note(tx, &actor, "registers.fetch", &opened.row, purpose, detail, fetched_at)?;
                Ok::<_, CaseError>(Ok(()))
            })
        })
        .await
}

/// Revokes a consent. A draft loses what was fetched and cannot be filed before consent is given again; a filed case goes on under the law
/// that the authority acts by, and nothing more is fetched.
pub async fn revoke_consent(backend: &Backend, actor: &Actor, id: ConsentId) -> Result<(), CaseError> {
    let person = *actor.person()?;
    let now = backend.now();
    let actor = actor.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let consent = consents::by_id(tx, id).await?.filter(|c| c.person_id == person.id);
                let consent = consent.ok_or(CaseError::NotFound)?;
                // The case is locked: it is filed either before or after, not meanwhile.
                let row = case::lock(tx, consent.case_id).await?.ok_or(CaseError::NotFound)?;
                if consents::revoke(tx, id, person.id, now).await? {
                    let purpose = Some(Purpose::Consent(consent.service_code));
                    note(tx, &actor, "consents.revoke", &row, purpose, json!({}), now)?;
                    case::grounds_changed(tx, row.id).await?;
                    if row.state == CaseState::Draft.code() {
                        evidence::delete_of_case(tx, row.id).await?;
                    }
                }
                Ok(())
            })
        })
        .await
}

/// Consents of a person, newest first.
pub async fn consents_of(
    backend: &Backend,
    actor: &Actor,
    before: Option<(domain::time::Timestamp, ConsentId)>,
    limit: i64,
) -> Result<Vec<Consent>, CaseError> {
    let person = actor.person()?;
    let before = before.unwrap_or((domain::time::Timestamp::MAX, ConsentId(uuid::Uuid::max())));
    let mut tx = backend.db.read().await?;
    Ok(consents::of_person(&mut tx, person.id, before, limit).await?)
}
