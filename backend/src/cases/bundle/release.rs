//! Filing a member whose waiting is over.

use std::sync::Arc;

use domain::cases::{CaseState, Reference};
use domain::catalog::bundle::{CERTIFICATE, NUMBER, Whole, share};
use domain::ids::{CaseId, ConsentId, EvidenceId};
use domain::registers::{FactState, Facts};
use domain::rules::{Value, evaluate};
use domain::time::Timestamp;
use storage::cases::{bundles, case};
use storage::certificates::certificate;
use storage::messages::outbox::{self, Leased};
use storage::registers::evidence::{self, Asked};
use storage::{BoxFuture, Tx};

use super::moved::{drop_member, settle};
use super::{Dropped, Due};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::consent::{fetch, older, owed_anew};
use crate::cases::load::{Opened, load, load_to_change};
use crate::cases::once::only_once;
use crate::cases::submit::{Filing, file, judge};
use crate::cases::track::tell;
use crate::identity::Actor;
use crate::messages::{Handled, Handler};

/// The handler of the outbox topic [`super::RELEASE`].
pub struct Release;

/// How soon and how late a member that lacks something is tried again, in seconds.
const SOONEST: i64 = 60;
const LATEST: i64 = 6 * 3600;
/// How long registers may take to learn what the member before brought about, in days.
const PATIENCE_DAYS: i64 = 30;
/// How old facts may be when a member is filed, in seconds: what was decided a moment ago is in none of those before.
const FRESH_SECONDS: i64 = 600;

impl Handler for Release {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            match release(backend, &message.payload, message.created_at).await {
                Ok(Released::Done) => Handled::Done,
                Ok(Released::Later) => {
                    let waited = backend.now().seconds_since(message.created_at);
                    Handled::Later { seconds: (waited / 4).clamp(SOONEST, LATEST), code: "member-incomplete" }
                }
                Err(CaseError::Changed) => Handled::Later { seconds: SOONEST, code: "changed" },
                Err(CaseError::Unopenable(_)) => Handled::Bury("unreadable"),
                // A member must not be forgotten.
                Err(error) => {
                    tracing::error!(%error, "releasing a member of a bundle failed inside");
                    Handled::Later { seconds: 900, code: "internal" }
                }
            }
        })
    }
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// It is filed, or closed.
    Done,
    /// Something that it needs is not there yet.
    Later,
}

/// Handles one message of the outbox topic [`super::RELEASE`]: asks registers anew, and files the member with what the
/// certificates before it say. `since` is when its waiting was over.
pub async fn release(backend: &Backend, payload: &[u8], since: Timestamp) -> Result<Released, CaseError> {
    let Ok(Due { case }) = serde_json::from_slice::<Due>(payload) else { return Ok(Released::Done) };
    let mut tx = backend.db.read().await?;
    let opened = load(backend, &mut tx, case).await?;
    drop(tx);
    if opened.row.state != CaseState::Waiting {
        return Ok(Released::Done);
    }
    if !opened.has_consent() {
        return end(backend, case, Dropped::Consent).await;
    }
    ask_anew(backend, &opened, since).await?;
    let mut tx = backend.db.read().await?;
    let opened = load(backend, &mut tx, case).await?;
    let ready = completed(backend, &mut tx, &opened).await?;
    drop(tx);
    let reference = Reference::from_random(backend.chance.number());
    match judge(backend, ready, &reference) {
        Ok(filing) => keep(backend, filing).await,
        Err(CaseError::ConsentNeeded) => end(backend, case, Dropped::Consent).await,
        Err(CaseError::Incomplete) if backend.now() > since.plus_days(PATIENCE_DAYS) => {
            end(backend, case, Dropped::Incomplete).await
        }
        Err(CaseError::Incomplete | CaseError::Outdated) => Ok(Released::Later),
        Err(error) => Err(error),
    }
}

/// Asks registers for everything that was said before the waiting was over, and what they owe; what is contested stays as it
/// is.
async fn ask_anew(backend: &Backend, opened: &Opened, since: Timestamp) -> Result<(), CaseError> {
    let Some(consent) = opened.consent.as_ref().map(|c| c.id) else { return Ok(()) };
    let (id, now) = (opened.row.id, backend.now());
    let asked: Vec<Asked> = older(opened, since.max(now.plus_seconds(-FRESH_SECONDS)))
        .map(|e| Asked {
            id: EvidenceId(backend.id()),
            case_id: id,
            person_id: opened.row.person_id,
            consent_id: consent,
            register: e.register.clone(),
            fact: e.fact.clone(),
        })
        .collect();
    if !asked.is_empty() && !forget(backend, id, consent, asked).await? {
        return Ok(());
    }
    fetch(backend, &Actor::System, id, consent).await
}

/// Makes pending what is asked for anew. `false` when the member does not wait any more.
async fn forget(
    backend: &Backend,
    id: CaseId,
    consent: ConsentId,
    asked: Vec<Asked>,
) -> Result<bool, CaseError> {
    let now = backend.now();
    let owed = owed_anew(backend, id, consent, &asked, now);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = case::lock(tx, id).await?;
                if row.is_none_or(|row| row.state != CaseState::Waiting) {
                    return Ok(false);
                }
                for fact in &asked {
                    evidence::ask(tx, fact).await?;
                }
                // Kept before anybody is asked: a register that is away is asked again, also once the member is filed.
                for message in &owed {
                    outbox::enqueue(tx, message).await?;
                }
                case::grounds_changed(tx, id, now).await?;
                Ok::<_, CaseError>(true)
            })
        })
        .await
}

/// The member with everything that it gets of the form, and of the certificates before it.
async fn completed(backend: &Backend, tx: &mut Tx, opened: &Opened) -> Result<Opened, CaseError> {
    let bundle = load(backend, tx, opened.row.bundle_id.ok_or(CaseError::NotFound)?).await?;
    let published = bundle.service.bundle.as_ref().ok_or(CaseError::NotFound)?;
    let (member, definition) = published.member(&opened.row.service_code).ok_or(CaseError::NotFound)?;
    let facts = certified(backend, tx, &bundle).await?;
    let form = bundle.form();
    let whole = Whole {
        bundle: &published.bundle,
        composed: &bundle.service.definition,
        raw: &bundle.raw,
        form: &form,
        facts: &facts,
        today: bundle.day,
    };
    let mut raw = share(&whole, member, definition).raw;
    // What was given to the member when the form was split is its own: files have other ids there.
    raw.extend(opened.raw.iter().map(|(control, values)| (control.clone(), values.clone())));
    let (row, service) = (opened.row.clone(), opened.service.clone());
    Ok(Opened::with(backend, row, service, raw, opened.evidence.clone(), opened.consent.clone()))
}

/// What is known for a form, with the certificates of its members.
async fn certified(backend: &Backend, tx: &mut Tx, bundle: &Opened) -> Result<Facts, CaseError> {
    let mut facts = bundle.facts.clone();
    for line in bundles::cases(tx, bundle.row.id).await? {
        if line.state != CaseState::Approved {
            continue;
        }
        let Some(row) = certificate::by_case(tx, line.id).await? else { continue };
        let case = load(backend, tx, line.id).await?;
        let form = case.form();
        let scope = case.scope(&form, false);
        let mut put = |name: &str, value: Value| {
            let id = format!("{CERTIFICATE}{}.{name}", line.service_code);
            facts.0.insert(id, FactState::Known(value));
        };
        for claim in case.service.definition.certificate.iter().flat_map(|c| &c.claims) {
            if let Ok(value) = evaluate(&claim.value, &scope) {
                put(&claim.id, value);
            }
        }
        put(NUMBER, Value::text(row.number));
    }
    Ok(facts)
}

async fn keep(backend: &Backend, filing: Filing) -> Result<Released, CaseError> {
    let (backend_of_job, filing) = (backend.clone(), Arc::new(filing));
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let filed = &filing.filed;
                let row = &filed.row;
                let definition = &filed.service.definition;
                // The form first, as for every change of a member.
                case::lock(tx, row.id).await?;
                match only_once(tx, definition, row.person_id, row.entity_id, backend.now()).await {
                    Err(CaseError::Already(_)) => {
                        let opened = load_to_change(backend, tx, row.id).await?;
                        if opened.row.state == CaseState::Waiting {
                            close(backend, tx, &opened, Dropped::Already).await?;
                        }
                        return Ok(Released::Done);
                    }
                    other => other?,
                }
                file(backend, tx, &Actor::System, &filing).await?;
                tell(backend, tx, filed, row.state).await?;
                // Where it was the last that waited, the form has nothing left to keep.
                if let Some(bundle) = row.bundle_id {
                    settle(backend, tx, bundle).await?;
                }
                Ok(Released::Done)
            })
        })
        .await
}

async fn end(backend: &Backend, case: CaseId, why: Dropped) -> Result<Released, CaseError> {
    let backend_of_job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&backend_of_job, tx, case).await?;
                if opened.row.state == CaseState::Waiting {
                    close(&backend_of_job, tx, &opened, why).await?;
                }
                Ok(Released::Done)
            })
        })
        .await
}

async fn close(backend: &Backend, tx: &mut Tx, opened: &Opened, why: Dropped) -> Result<(), CaseError> {
    drop_member(backend, tx, opened, why, None).await?;
    match opened.row.bundle_id {
        Some(bundle) => settle(backend, tx, bundle).await,
        None => Ok(()),
    }
}
