//! Telling the office above that a case is yellow or red.

use domain::cases::{EventKind, Light};
use domain::ids::{CaseId, EscalationId, OutboxId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::BoxFuture;
use storage::cases::case::{self, CaseLine};
use storage::cases::escalations::{self, Escalation};
use storage::messages::outbox::{self, Leased, NewMessage};

use crate::Backend;
use crate::cases::track::record;
use crate::cases::{CaseError, note};
use crate::identity::Actor;
use crate::messages::{Handled, Handler};

/// Topic of words to the office above.
pub const ESCALATE: &str = "cases-escalate";

/// Cases looked at in one go.
const AT_ONCE: i64 = 100;

/// What the outbox carries: nothing personal.
#[derive(Serialize, Deserialize)]
struct Late {
    case: CaseId,
    light: Light,
}

/// Finds cases whose light has changed since their offices above heard of them, and lets them know. Gives the number.
pub(crate) async fn find_late(backend: &Backend) -> Result<u64, storage::Error> {
    let mut all = 0;
    // Red first: what is red is not told to be yellow as well.
    for light in [Light::Red, Light::Yellow] {
        loop {
            let today = backend.now().date_in_china().to_string();
            let mut tx = backend.db.read().await?;
            let late = match light {
                Light::Red => case::turned_red(&mut tx, &today, AT_ONCE).await?,
                _ => case::turned_yellow(&mut tx, &today, AT_ONCE).await?,
            };
            drop(tx);
            let (found, mut told) = (late.len() as i64, 0);
            for line in late {
                told += u64::from(one(backend, line, light).await?);
            }
            all += told;
            if found < AT_ONCE || told == 0 {
                break;
            }
        }
    }
    Ok(all)
}

/// `false` when somebody changed the case meanwhile, or another process told of it.
async fn one(backend: &Backend, line: CaseLine, light: Light) -> Result<bool, storage::Error> {
    let job = backend.clone();
    let done: Result<bool, CaseError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !case::told(tx, line.id, line.version, light as i64).await? {
                    return Ok(false);
                }
                let now = job.now();
                let late = Late { case: line.id, light };
                let message = NewMessage {
                    id: OutboxId(job.id()),
                    topic: ESCALATE,
                    // A clock that was set back and runs late again is told of again.
                    key: format!("{}/{}/{}", line.id, light.code(), now.to_rfc3339()),
                    payload: serde_json::to_vec(&late).unwrap_or_default(),
                    created_at: now,
                    available_at: now,
                };
                outbox::enqueue(tx, &message).await?;
                if light == Light::Red {
                    record(&job, tx, &line, EventKind::Escalated, &Actor::System, json!({})).await?;
                }
                note(tx, &Actor::System, "cases.escalate", &line, None, json!({ "light": light }), now)?;
                Ok(true)
            })
        })
        .await;
    match done {
        Ok(told) => Ok(told),
        Err(CaseError::Storage(error)) => Err(error),
        Err(error) => {
            tracing::warn!(%error, "an office above was not told");
            Ok(false)
        }
    }
}

/// The handler of [`ESCALATE`].
pub struct Escalate;

impl Handler for Escalate {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let Ok(late) = serde_json::from_slice::<Late>(&message.payload) else {
                return Handled::Bury("unreadable");
            };
            match deliver(backend, message, late).await {
                Ok(()) => Handled::Done,
                Err(error) => {
                    tracing::warn!(%error, "an office above was not told");
                    Handled::Again("storage")
                }
            }
        })
    }
}

/// Puts it before the office next above, or, where there is none, before those who supervise at the office itself.
async fn deliver(backend: &Backend, message: &Leased, late: Late) -> Result<(), storage::Error> {
    let row = case::by_id(&mut backend.db.read().await?, late.case).await?;
    let Some(row) = row.filter(|row| !row.state.is_closed()) else { return Ok(()) };
    let current = backend.organisation.current();
    let own = current.offices.get(&row.department, row.place);
    let told = own.map(|own| current.offices.above(own).unwrap_or(own));
    let (department, region) = match told {
        Some(office) => (office.department.clone(), office.region),
        None => (row.department.clone(), row.place),
    };
    let escalation = Escalation {
        id: EscalationId(message.id.0),
        case_id: row.line.id,
        person_id: row.person_id,
        light: late.light,
        department,
        region,
        at: message.created_at,
        seen_at: None,
        seen_by: None,
        words: None,
    };
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Whoever closes it comes before, and nobody is told, or after, and ends this.
                let case = case::lock(tx, escalation.case_id).await?;
                if case.is_some_and(|case| case.state.is_open()) {
                    escalations::insert(tx, &escalation).await?;
                }
                Ok(())
            })
        })
        .await
}
