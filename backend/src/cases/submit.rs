//! Filing: once, with everything answered, under consent.

use std::sync::Arc;

use domain::cases::{Action, CaseState, EventKind, Outcome, Reference, decide};
use domain::ids::CaseId;
use serde_json::json;
use storage::Tx;
use storage::cases::case::{self, Clocked, Submission};

use super::bundle;
use super::clocks::{clocked, started};
use super::consent::outdated;
use super::decide::ask_for_review;
use super::load::{Opened, own_to_change, own_to_judge, seal_raw};
use super::once::only_once;
use super::outcome::Decision;
use super::track::{record, tell};
use super::{CaseError, note};
use crate::Backend;
use crate::figures::{told_of_closing, told_of_filing};
use crate::identity::Actor;
use crate::sealing::Place;
use domain::cases::Raw;

/// Files the owner's draft and gives its reference number. An instant service is decided at once. Filing again what
/// was filed gives the same number.
///
/// The draft is judged before the transaction, which keeps the judgement only if the case is still the version that
/// was judged: opening, rules and sealing cost the one writer of an SQLite nothing.
pub async fn submit(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Reference, CaseError> {
    actor.verified_person()?;
    let mut tries = 1;
    loop {
        let opened = own_to_judge(backend, &mut backend.db.read().await?, actor, id).await?;
        if let Some(filed) = &opened.row.reference {
            return filed.parse().map_err(|_| CaseError::NotFound);
        }
        let reference = Reference::from_random(backend.chance.number());
        let kept = if opened.service.bundle.is_some() {
            let split = bundle::split(backend, opened, &reference).await?;
            bundle::keep(backend, actor, Arc::new(split)).await
        } else {
            let filing = judge(backend, opened, &reference)?;
            keep(backend, actor, Arc::new(filing)).await
        };
        match kept {
            // One of 2⁴⁰ numbers is taken once in a while; and a register may have answered meanwhile.
            Err(CaseError::Storage(storage::Error::Unique(_)) | CaseError::Changed) if tries < TRIES => {
                tries += 1;
            }
            // A second click, which reads what was before the first: its effect is there for who waits in line.
            Err(CaseError::Changed) => return filed_meanwhile(backend, actor, id).await,
            other => return other.map(|()| reference),
        }
    }
}

/// The reference of a case that was filed while it was judged.
async fn filed_meanwhile(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Reference, CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    let reference = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = own_to_change(&backend_of_job, tx, &actor, id).await?;
                Ok::<_, CaseError>(opened.row.line.reference)
            })
        })
        .await?;
    reference.and_then(|reference| reference.parse().ok()).ok_or(CaseError::Changed)
}

/// How often a draft is judged before giving up.
const TRIES: u32 = 4;

/// A draft that has been judged, and what is kept of that.
#[derive(Debug)]
pub(super) struct Filing {
    /// The version that was judged.
    version: i64,
    action: Action,
    submission: Submission,
    /// The case as it will be.
    pub(super) filed: Opened,
}

pub(super) fn judge(backend: &Backend, opened: Opened, reference: &Reference) -> Result<Filing, CaseError> {
    if !opened.has_consent() {
        return Err(CaseError::ConsentNeeded);
    }
    let form = opened.form();
    if !form.is_complete() {
        return Err(CaseError::Incomplete);
    }
    let now = backend.now();
    let services = backend.catalog.services();
    let ends = services.retirement(&opened.row.service_code);
    // What has waited for another part of its bundle was applied for in time.
    let begun = opened.row.state == CaseState::Draft;
    if begun && ends.is_some_and(|ends| !ends.may_file(now.date_in_china())) {
        return Err(CaseError::Ended(opened.row.line.service_code));
    }
    if outdated(&opened, now).next().is_some() {
        return Err(CaseError::Outdated);
    }
    let definition = &opened.service.definition;
    let (outcome, findings) = decide(definition, &opened.scope(&form, true));
    let scope = opened.scope(&form, false);
    let pays_first = definition.fee.as_ref().is_some_and(|fee| fee.comes_first(&scope));
    let pending = opened.pending();
    let action = match outcome {
        _ if pays_first => Action::SubmitForPayment,
        Outcome::Approve if pending.is_empty() => Action::SubmitAndApprove,
        Outcome::Refuse if pending.is_empty() => Action::SubmitAndRefuse,
        _ => Action::Submit,
    };
    let state = opened.row.state.after(action)?;
    let decided = state.is_closed();
    let decision = Decision { findings, staff: None, reason: None, at: decided.then_some(now) };
    let id = opened.row.id;
    let place = |column| Place::new("cases", column, &id.0);
    let submission = Submission {
        state,
        reference: reference.as_str().to_owned(),
        raw_answers: seal_raw(backend, id, &Raw::new()),
        answers: backend.seal_json(place("answers"), &form.answers()),
        decision: backend.seal_json(place("decision"), &decision),
        at: now,
        closed_at: decided.then_some(now),
        evidence_until: decided.then(|| opened.evidence_until(now)).flatten(),
        pending_facts: pending.len() as i64,
        place: opened.routed(backend),
        clocked: match state {
            CaseState::Submitted => clocked(backend, started(&opened, now)),
            _ => Clocked::default(),
        },
    };
    let version = opened.row.version;
    let filed = opened.filed(&submission, decision);
    Ok(Filing { version, action, submission, filed })
}

async fn keep(backend: &Backend, actor: &Actor, filing: Arc<Filing>) -> Result<(), CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let filed = &filing.filed;
                let row = &filed.row;
                only_once(tx, &filed.service.definition, row.person_id, row.entity_id, filing.submission.at)
                    .await?;
                file(&backend_of_job, tx, &actor, &filing).await?;
                tell(&backend_of_job, tx, filed, filed.row.state).await
            })
        })
        .await
}

/// Files what was judged, in the transaction at hand; nobody is told yet. Callers see to what one can have only once.
pub(super) async fn file(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    filing: &Filing,
) -> Result<(), CaseError> {
    let Filing { version, action, submission, filed } = filing;
    if !case::submit(tx, filed.row.id, *version, submission).await? {
        return Err(CaseError::Changed);
    }
    let (state, at) = (submission.state, submission.at);
    note(tx, actor, "cases.submit", &filed.row, None, json!({ "state": state.code() }), at)?;
    for event in action.events() {
        let (by, detail) = match event {
            EventKind::Submitted => {
                (actor, json!({ "pending": filed.pending(), "filed": told_of_filing(&filed.row) }))
            }
            _ => (&Actor::System, json!({ "answered": told_of_closing(filed) })),
        };
        record(backend, tx, &filed.row, *event, by, detail).await?;
    }
    if state == CaseState::Approved {
        crate::certificates::grant(backend, tx, filed).await?;
    }
    ask_for_review(backend, tx, &filed.row, state, &Actor::System).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{begin::begin, consent::give_consent, contest::contest, load::load, save::save_step};
    use crate::testing::Portal;

    /// A complete draft of a service that is decided at once.
    async fn draft(portal: &Portal, actor: &Actor) -> CaseId {
        let backend = &portal.backend;
        let id = begin(backend, actor, "social-insurance-proof").await.unwrap();
        give_consent(backend, actor, id).await.unwrap();
        let purpose = [("purpose".to_owned(), vec!["school".to_owned()])];
        save_step(backend, actor, id, "purpose", purpose.into()).await.unwrap();
        id
    }

    async fn judged(portal: &Portal, actor: &Actor, id: CaseId) -> Arc<Filing> {
        let backend = &portal.backend;
        let mut tx = backend.db.read().await.unwrap();
        let opened = own_to_judge(backend, &mut tx, actor, id).await.unwrap();
        Arc::new(judge(backend, opened, &Reference::from_random(7)).unwrap())
    }

    storage::contract! {
        async fn a_case_is_filed_as_it_was_judged(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let actor = portal.citizen("林晓雨").await;
            let id = draft(&portal, &actor).await;
            let filing = judged(&portal, &actor, id).await;
            keep(&portal.backend, &actor, filing.clone()).await.unwrap();
            let mut tx = portal.backend.db.read().await.unwrap();
            let loaded = load(&portal.backend, &mut tx, id).await.unwrap();
            assert_eq!(loaded.row, filing.filed.row);
            assert_eq!(format!("{loaded:#?}"), format!("{:#?}", filing.filed));
        }

        async fn what_changes_after_the_judgement_is_judged_again(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let actor = portal.citizen("林晓雨").await;
            let backend = &portal.backend;
            let id = draft(&portal, &actor).await;

            let before = judged(&portal, &actor, id).await;
            let fact = before.filed.evidence[0].fact.clone();
            contest(backend, &actor, id, &fact, Some("不是我的")).await.unwrap();
            assert!(matches!(keep(backend, &actor, before).await, Err(CaseError::Changed)), "contested");

            let before = judged(&portal, &actor, id).await;
            give_consent(backend, &actor, id).await.unwrap();
            let purpose = [("purpose".to_owned(), vec!["loan".to_owned()])];
            save_step(backend, &actor, id, "purpose", purpose.into()).await.unwrap();
            assert!(matches!(keep(backend, &actor, before).await, Err(CaseError::Changed)), "other answers");

            let before = judged(&portal, &actor, id).await;
            let all = crate::cases::consent::consents_of(backend, &actor, None, 10).await.unwrap();
            crate::cases::consent::revoke_consent(backend, &actor, all[0].id).await.unwrap();
            assert!(matches!(keep(backend, &actor, before).await, Err(CaseError::Changed)), "no consent any more");
            assert!(matches!(submit(backend, &actor, id).await, Err(CaseError::ConsentNeeded)));
        }
    }
}
