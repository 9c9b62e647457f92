//! Following a case: its timeline, and the messages about it.

use domain::cases::{CaseState, CounterPayment, EventKind};
use domain::ids::CaseId;
use serde_json::{Value, json};
use storage::Tx;
use storage::cases::case::CaseLine;
use storage::cases::events::{self, Event};

use super::bundle::Dropped;
use super::load::{Opened, own};
use super::{CaseError, authority, deputy};
use crate::Backend;
use crate::catalog::display::yuan;
use crate::identity::{Actor, may_act_for};
use crate::sealing::Place;
use domain::text::{Locale, Text};
use domain::time::Timestamp;

/// One entry of a timeline.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Timestamp,
    pub kind: EventKind,
    /// `person`, `staff` or `system`.
    pub actor_kind: String,
    pub actor_id: Option<uuid::Uuid>,
    pub detail: Value,
}

/// The owner's view of a case with its timeline, oldest entry first.
pub async fn track(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
) -> Result<(Opened, Vec<Happened>), CaseError> {
    let mut tx = backend.db.read().await?;
    let opened = own(backend, &mut tx, actor, id).await?;
    let timeline = timeline(backend, &mut tx, id).await?;
    Ok((opened, timeline))
}

pub(crate) async fn timeline(backend: &Backend, tx: &mut Tx, id: CaseId) -> Result<Vec<Happened>, CaseError> {
    let rows = events::of_case(tx, id).await?;
    rows.into_iter()
        .map(|row| {
            let place = Place::new("case_events", "detail", &row.id);
            let detail =
                row.detail.as_ref().map(|d| backend.open_json(place, d)).transpose()?.unwrap_or(Value::Null);
            Ok(Happened {
                at: row.at,
                kind: row.kind,
                actor_kind: row.actor_kind,
                actor_id: row.actor_id,
                detail,
            })
        })
        .collect()
}

/// Adds an entry to the timeline.
pub(crate) async fn record(
    backend: &Backend,
    tx: &mut Tx,
    case: &CaseLine,
    kind: EventKind,
    actor: &Actor,
    detail: Value,
) -> Result<(), CaseError> {
    let id = backend.id();
    let detail = deputy::told(actor, case, deputy::roles_of_event(kind), detail);
    let event = Event {
        id,
        case_id: case.id,
        person_id: case.person_id,
        at: backend.now(),
        kind,
        actor_kind: actor.for_audit().kind().to_owned(),
        actor_id: actor.for_audit().id(),
        detail: Some(backend.seal_json(Place::new("case_events", "detail", &id), &detail)),
    };
    Ok(events::append(tx, &event).await?)
}

/// Tells the applicant that the case came into `state`.
pub(crate) async fn tell(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    state: CaseState,
) -> Result<(), CaseError> {
    let mut params = params(opened);
    if state == CaseState::AwaitingPayment {
        params["amount"] = match opened.fee_fen() {
            Some(fen) => json!(amount(fen)),
            None => json!(Text::new("（金额由窗口核定）", "its fee (set at the counter)")),
        };
        params["department"] = json!(authority(backend, &opened.row));
    }
    let kind = match state {
        CaseState::Submitted => "case-submitted",
        CaseState::AwaitingPayment => "case-awaiting-payment",
        CaseState::Accepted => "case-accepted",
        CaseState::Declined => "case-declined",
        CaseState::Approved if opened.service.definition.certificate.is_some() => "case-certified",
        CaseState::Approved => "case-approved",
        CaseState::Refused => "case-refused",
        CaseState::Withdrawn => "case-withdrawn",
        CaseState::Lapsed => "case-lapsed",
        CaseState::Bundled => "bundle-filed",
        // Who asks for more tells it, with the last day for the answer; who drops a member, with the reason.
        CaseState::Draft | CaseState::Waiting | CaseState::Supplementing | CaseState::Dropped => {
            return Ok(());
        }
    };
    notify_owner(backend, tx, &opened.row, kind, &params).await
}

/// Tells the owner of a case something about it. Who no longer represents the entity it is for hears nothing of it.
async fn notify_owner(
    backend: &Backend,
    tx: &mut Tx,
    case: &CaseLine,
    kind: &str,
    params: &Value,
) -> Result<(), CaseError> {
    if may_act_for(tx, case.person_id, case.entity_id).await? {
        crate::messages::notify(backend, tx, case.person_id, kind, params, Some(case.id)).await?;
    }
    Ok(())
}

/// Tells the applicant that what was asked for has come, and by when the case is promised now.
pub(crate) async fn tell_answered(backend: &Backend, tx: &mut Tx, opened: &Opened) -> Result<(), CaseError> {
    notify_owner(backend, tx, &opened.row, "case-resubmitted", &params(opened)).await
}

/// Tells the applicant that a member of a bundle was never filed, and why: for `before` when another came to nothing.
pub(crate) async fn tell_dropped(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    why: Dropped,
    before: Option<&Text>,
) -> Result<(), CaseError> {
    let kind = match why {
        Dropped::Before => "bundle-dropped-before",
        Dropped::Already => "bundle-dropped-already",
        Dropped::Incomplete => "bundle-dropped-incomplete",
        Dropped::Consent => "bundle-dropped-consent",
    };
    let mut params = params(opened);
    params["name"] = json!(before);
    notify_owner(backend, tx, &opened.row, kind, &params).await
}

/// Tells the applicant that another office handles the case now.
pub(crate) async fn tell_transferred(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    office: &Text,
) -> Result<(), CaseError> {
    let mut params = params(opened);
    params["office"] = json!(office);
    notify_owner(backend, tx, &opened.row, "case-transferred", &params).await
}

/// Tells the applicant what is asked for, and until when.
pub(crate) async fn tell_supplement(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    answer_by: &str,
) -> Result<(), CaseError> {
    let mut params = params(opened);
    params["answer_by"] = json!(answer_by);
    notify_owner(backend, tx, &opened.row, "case-supplement", &params).await
}

/// Tells the applicant that the fee was paid at a counter.
pub(crate) async fn tell_paid(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    paid: &CounterPayment,
) -> Result<(), CaseError> {
    let mut params = params(opened);
    params["amount"] = json!(amount(paid.fen));
    params["receipt"] = json!(paid.receipt);
    notify_owner(backend, tx, &opened.row, "case-paid", &params).await
}

/// What every message about a case can say.
fn params(opened: &Opened) -> Value {
    let reference = opened.row.reference.as_deref().and_then(|r| r.parse::<domain::cases::Reference>().ok());
    json!({
        "service": opened.service.definition.name,
        "reference": reference.map(|r| r.to_string()),
        "due_on": opened.row.due_on,
    })
}

fn amount(fen: i64) -> Text {
    Text::new(yuan(fen, Locale::Zh), yuan(fen, Locale::En))
}
