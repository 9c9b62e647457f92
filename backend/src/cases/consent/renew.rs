//! Asking again for facts that have become old while a draft lay about.

use std::collections::BTreeSet;

use domain::cases::CaseState;
use domain::ids::{CaseId, ConsentId, EvidenceId, OutboxId};
use domain::registers::FactState;
use domain::time::Timestamp;
use storage::cases::case;
use storage::messages::outbox::{self, NewMessage};
use storage::registers::evidence::{self, Asked};

use super::fetch::fetch;
use super::give::owed_to;
use crate::Backend;
use crate::cases::load::{Opened, own, own_draft_to_change};
use crate::cases::{CaseError, Evidence};
use crate::identity::Actor;

/// How old facts may be when a case is filed, in seconds: what is certified as of today is what registers say today.
const FRESH_SECONDS: i64 = 24 * 3600;

/// Facts of a draft that are too old to file it. What its owner contests is for a person to look at anyway.
pub(crate) fn outdated(opened: &Opened, now: Timestamp) -> impl Iterator<Item = &Evidence> {
    older(opened, now.plus_seconds(-FRESH_SECONDS))
}

/// What registers said before `limit`, and nobody contests.
pub(crate) fn older(opened: &Opened, limit: Timestamp) -> impl Iterator<Item = &Evidence> {
    opened.evidence.iter().filter(move |evidence| {
        let answered = evidence.state != FactState::Pending;
        answered && evidence.contest.is_none() && evidence.fetched_at.is_none_or(|at| at < limit)
    })
}

/// Asks the registers again, under the consent there is, for what is too old; what a register does not say in time stays
/// pending, as when consent was given.
pub async fn renew_facts(backend: &Backend, actor: &Actor, id: CaseId) -> Result<(), CaseError> {
    let opened = own(backend, &mut backend.db.read().await?, actor, id).await?;
    if opened.row.state != CaseState::Draft || !opened.has_consent() {
        return Err(CaseError::Changed);
    }
    let Some(consent) = opened.consent.as_ref().map(|c| c.id) else { return Ok(()) };
    let now = backend.now();
    let (backend_of_job, owner) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_draft_to_change(backend, tx, &owner, id).await?;
                let asked: Vec<Asked> = outdated(&opened, now)
                    .map(|evidence| Asked {
                        id: EvidenceId(backend.id()),
                        case_id: id,
                        person_id: opened.row.person_id,
                        consent_id: consent,
                        register: evidence.register.clone(),
                        fact: evidence.fact.clone(),
                    })
                    .collect();
                for fact in &asked {
                    evidence::ask(tx, fact).await?;
                }
                // Kept before anybody is asked, as with the consent.
                for message in &owed_anew(backend, id, consent, &asked, now) {
                    outbox::enqueue(tx, message).await?;
                }
                case::grounds_changed(tx, id, now).await?;
                Ok::<_, CaseError>(())
            })
        })
        .await?;
    fetch(backend, actor, id, consent).await
}

/// The jobs that ask registers for what they are asked anew, one for each.
pub(crate) fn owed_anew(
    backend: &Backend,
    case: CaseId,
    consent: ConsentId,
    asked: &[Asked],
    now: Timestamp,
) -> Vec<NewMessage> {
    let registers: BTreeSet<&str> = asked.iter().map(|fact| fact.register.as_str()).collect();
    let message = |register: &str| {
        let key = format!("{consent}:{register}:{}", now.as_micros());
        owed_to(case, consent, register, key, OutboxId(backend.id()), now)
    };
    registers.into_iter().map(message).collect()
}
