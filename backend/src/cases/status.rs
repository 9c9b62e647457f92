//! How a case stands, for its owner without signing in: reference number and a one-time code sent to their phone.
//!
//! Nobody learns from the answers whether a reference number exists or whose it is: asking for a code always gets the
//! same answer, and every code that does not fit gets the same refusal.

use std::net::IpAddr;

use domain::cases::{CaseState, Reference};
use domain::identity::Phone;
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use serde::Serialize;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::cases::case::{self, Case, CaseLine};
use storage::cases::events;
use storage::identity::codes::Attempt;
use storage::identity::persons;

use crate::Backend;
use crate::identity::codes::CodeFor;
use crate::identity::limits::{self, Bucket};
use crate::identity::{CodeRefused, CodeSent, Purpose, may_act_for};
use crate::messages::Receiver;

/// What the codes are for.
const PURPOSE: &str = "case-status";

/// How a case stands, without anything personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicStatus {
    pub reference: Reference,
    /// Code of the service.
    pub service: String,
    pub service_name: Text,
    pub state: CaseState,
    pub submitted_at: Option<Timestamp>,
    /// The promised day, `2026-11-23`.
    pub due_on: Option<String>,
    pub closed_at: Option<Timestamp>,
    /// Oldest first.
    pub timeline: Vec<PublicEvent>,
}

/// An entry of the timeline, without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicEvent {
    pub at: Timestamp,
    pub what: CaseState,
    pub by: By,
}

/// Who did something to a case, by role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Applicant,
    Staff,
    Portal,
}

/// Why a status is not told.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StatusRefused {
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    /// Wrong, used, expired, or never sent.
    #[error("the code does not fit")]
    Code,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Sends a code to `phone` if it is the phone of the owner of `reference`. Says the same if it is not.
pub async fn request_status_code(
    backend: &Backend,
    reference: &Reference,
    phone: &Phone,
    address: IpAddr,
    locale: Locale,
) -> Result<CodeSent, CodeRefused> {
    let now = backend.now();
    // Together: who knows only one of the two, as from a certificate, keeps nobody from asking.
    let pair = format!("{reference}|{}", phone.as_str());
    let mut buckets: Vec<Bucket> =
        limits::STATUS_CODES.into_iter().map(|limit| Bucket::new(backend, limit, &pair)).collect();
    buckets.push(Bucket::of_address(backend, limits::STATUS_CODES_PER_ADDRESS, address));
    let to = Receiver::Phone(phone.as_str().to_owned());
    let params = json!({ "reference": reference.to_string() });
    let drawn = code(backend, reference).draw(backend, to, "case-code", params, locale);
    let phone_index = backend.keys.blind_index("persons.phone", phone.as_str());
    let (job, reference) = (backend.clone(), reference.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(retry_at) = limits::take_all(tx, &buckets, now).await? {
                    return Err(CodeRefused::TooOften { retry_at });
                }
                if is_owners(tx, &reference, &phone_index).await? {
                    drawn.send(&job, tx).await?;
                }
                Ok(drawn.sent)
            })
        })
        .await
}

async fn is_owners(tx: &mut Tx, reference: &Reference, phone_index: &[u8]) -> Result<bool, storage::Error> {
    let Some(case) = owned(tx, reference).await? else { return Ok(false) };
    let owner = persons::by_id(tx, case.person_id).await?;
    Ok(owner.is_some_and(|person| person.phone_index == phone_index))
}

/// The case, as long as it is for its owner to see.
async fn owned(tx: &mut Tx, reference: &Reference) -> Result<Option<Case>, storage::Error> {
    let Some(case) = case::by_reference(tx, reference.as_str()).await? else { return Ok(None) };
    Ok(may_act_for(tx, case.person_id, case.entity_id).await?.then_some(case))
}

/// How the case stands, for the code that was sent for it. The code is used up; the owner sees that it was read.
pub async fn read_status(
    backend: &Backend,
    reference: &Reference,
    digits: &str,
    address: IpAddr,
) -> Result<PublicStatus, StatusRefused> {
    let now = backend.now();
    let buckets = [
        Bucket::of_address(backend, limits::STATUS_TRIES_PER_ADDRESS, address),
        Bucket::of_account(backend, limits::STATUS_TRIES_PER_REFERENCE, reference.as_str(), address),
    ];
    let code = code(backend, reference);
    let (job, reference, digits) = (backend.clone(), reference.clone(), digits.to_owned());
    // The inner result is kept with the attempt it counted; the outer one undoes everything.
    let told: Result<Result<PublicStatus, StatusRefused>, StatusRefused> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(retry_at) = limits::take_all(tx, &buckets, now).await? {
                    return Err(StatusRefused::TooOften { retry_at });
                }
                if code.attempt(tx, &job, &digits).await? != Attempt::Accepted {
                    return Ok(Err(StatusRefused::Code));
                }
                let Some(case) = owned(tx, &reference).await? else {
                    return Ok(Err(StatusRefused::Code));
                };
                // Who has the phone is the applicant, as when they sign in with a code.
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Person(case.person_id),
                        action: "cases.read_status",
                        subject_kind: "case",
                        subject_id: case.id.to_string(),
                        person: Some(case.person_id),
                        purpose: Some(Purpose::Status.to_string()),
                        detail: json!({}),
                    },
                )?;
                tell(&job, tx, reference, case.line).await.map(Ok)
            })
        })
        .await;
    told?
}

async fn tell(
    backend: &Backend,
    tx: &mut Tx,
    reference: Reference,
    case: CaseLine,
) -> Result<PublicStatus, StatusRefused> {
    let service = backend.catalog.version(tx, case.version_id).await?;
    let state = case.state;
    let timeline = events::of_case(tx, case.id).await?;
    // What happened within the office is not told, only what changed the state.
    let told = |event: events::Event| {
        let what = event.kind.state()?;
        let by = match event.actor_kind.as_str() {
            "person" => By::Applicant,
            "staff" => By::Staff,
            _ => By::Portal,
        };
        Some(PublicEvent { at: event.at, what, by })
    };
    Ok(PublicStatus {
        reference,
        service: case.service_code,
        service_name: service.definition.name.clone(),
        state,
        submitted_at: case.submitted_at,
        due_on: case.due_on,
        closed_at: case.closed_at,
        timeline: timeline.into_iter().filter_map(told).collect(),
    })
}

fn code(backend: &Backend, reference: &Reference) -> CodeFor {
    CodeFor::new(backend, PURPOSE, reference.as_str())
}
