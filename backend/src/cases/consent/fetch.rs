//! Asking registers for what a case needs, under its consent.

use std::collections::BTreeMap;

use domain::cases::EventKind;
use domain::ids::{CaseId, ConsentId};
use domain::registers::{Register, Subject, Word};
use domain::text::Locale;
use serde_json::json;
use storage::cases::case;
use storage::registers::evidence::{self, Said};

use crate::Backend;
use crate::cases::load::{Opened, load, load_to_change};
use crate::cases::track::record;
use crate::cases::{CaseError, note};
use crate::identity::{Actor, Purpose};
use crate::registers::{Answer, Question, Trouble};
use crate::sealing::Place;

/// Ids of the facts a case needs, by register.
pub(crate) fn facts_by_register(backend: &Backend, opened: &Opened) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for fact in &opened.service.definition.facts {
        if let Some((register, _)) = backend.catalog.reference.registers.fact(&fact.id) {
            found.entry(register.id.clone()).or_default().push(fact.id.clone());
        }
    }
    found
}

/// Asks all registers that owe something to a case, at the same time.
pub(crate) async fn fetch(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    consent: ConsentId,
) -> Result<(), CaseError> {
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
        rows.into_iter().filter(|r| r.register == register_id && r.state == Word::Pending).collect();
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
        consent: Some(consent),
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
                state: Word::NoRecord,
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
                    state: if value.is_some() { Word::Known } else { Word::NoRecord },
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
                if !kept.is_empty() {
                    case::grounds_changed(tx, case, fetched_at).await?;
                }
                if !opened.row.state.is_private() && !kept.is_empty() {
                    let detail = json!({ "register": register_id });
                    record(&backend_of_job, tx, &opened.row, EventKind::Backfilled, &actor, detail).await?;
                }
                let detail = json!({ "register": register_id, "facts": kept });
                let purpose = Some(Purpose::Consent(opened.row.service_code.clone()));
                note(tx, &actor, "registers.fetch", &opened.row, purpose, detail, fetched_at)?;
                Ok::<_, CaseError>(Ok(()))
            })
        })
        .await
}
