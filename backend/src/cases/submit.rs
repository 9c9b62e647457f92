//! Filing: once, with everything answered, under consent.

use domain::cases::{Action, CaseState, Outcome, Reference, decide};
use domain::catalog::fee::Due;
use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case::{self, Submission};

use super::decide::due_on;
use super::load::{load, own_to_change, seal_raw};
use super::outcome::Decision;
use super::track::{record, tell};
use super::{CaseError, note};
use crate::Backend;
use crate::identity::Actor;
use crate::sealing::Place;
use domain::cases::Raw;

/// Files the owner's draft and gives its reference number. An instant service is decided at once. Filing again what
/// was filed gives the same number.
pub async fn submit(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Reference, CaseError> {
    actor.verified_person()?;
    let mut tries = 1;
    loop {
        let reference = Reference::from_random(backend.chance.number());
        match file(backend, actor, id, reference).await {
            // One of 2⁴⁰ numbers is taken once in a while.
            Err(CaseError::Storage(storage::Error::Unique(_))) if tries < NUMBERS_TRIED => tries += 1,
            other => return other,
        }
    }
}

/// How many reference numbers are drawn before giving up.
const NUMBERS_TRIED: u32 = 4;

async fn file(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    reference: Reference,
) -> Result<Reference, CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_to_change(backend, tx, &actor, id).await?;
                if let Some(filed) = &opened.row.reference {
                    return filed.parse().map_err(|_| CaseError::NotFound);
                }
                if !opened.has_consent() {
                    return Err(CaseError::ConsentNeeded);
                }
                let form = opened.form();
                if !form.is_complete() {
                    return Err(CaseError::Incomplete);
                }
                let now = backend.now();
                let definition = &opened.service.definition;
                let (outcome, findings) = decide(definition, &opened.scope(&form, true));
                let pays_first = definition.fee.as_ref().is_some_and(|f| f.due == Due::First);
                let pending = opened.pending();
                let action = match outcome {
                    _ if pays_first => Action::SubmitForPayment,
                    Outcome::Approve if pending.is_empty() => Action::SubmitAndApprove,
                    Outcome::Refuse if pending.is_empty() => Action::SubmitAndRefuse,
                    _ => Action::Submit,
                };
                let state = opened.state.after(action)?;
                let decided = state.is_closed();
                let decision = Decision { findings, staff: None, reason: None, at: decided.then_some(now) };
                let place = |column| Place::new("cases", column, &id.0);
                let filed = Submission {
                    state: state.code().to_owned(),
                    reference: reference.as_str().to_owned(),
                    raw_answers: seal_raw(backend, id, &Raw::new()),
                    answers: backend.seal_json(place("answers"), &form.answers()),
                    decision: backend.seal_json(place("decision"), &decision),
                    at: now,
                    due_on: (state == CaseState::Submitted)
                        .then(|| due_on(backend, &opened, now.date_in_china())),
                    closed_at: decided.then_some(now),
                    evidence_until: decided.then(|| opened.evidence_until(now)).flatten(),
                    pending_facts: pending.len() as i64,
                };
                if !case::submit(tx, id, opened.row.version, &filed).await? {
                    return Err(CaseError::Changed);
                }
                let filed_case = load(backend, tx, id).await?;
                record(backend, tx, &filed_case.row, "submitted", &actor, json!({ "pending": pending }))
                    .await?;
                note(
                    tx,
                    &actor,
                    "cases.submit",
                    &filed_case.row,
                    None,
                    json!({ "state": state.code() }),
                    now,
                )?;
                if decided {
                    record(backend, tx, &filed_case.row, state.code(), &Actor::System, json!({})).await?;
                }
                if state == CaseState::Approved {
                    crate::certificates::grant(backend, tx, &filed_case).await?;
                }
                tell(backend, tx, &filed_case, state).await?;
                Ok(reference)
            })
        })
        .await
}
