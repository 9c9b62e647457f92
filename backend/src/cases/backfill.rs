//! Back-filling: asking a register again that owed facts to a case, and deciding by rule once everything is known.

use serde_json::json;
use storage::BoxFuture;
use storage::cases::case;
use storage::messages::outbox::Leased;

use super::consent::{Owed, ask};
use super::decide::decide_by_rule;
use super::load::{load, load_to_change};
use super::{CaseError, note};
use crate::Backend;
use crate::identity::Actor;
use crate::messages::{Handled, Handler};
use domain::ids::CaseId;

/// The handler of the outbox topic [`super::consent::BACKFILL`].
pub struct Backfill;

impl Handler for Backfill {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            match backfill(backend, &message.payload).await {
                Ok(Backfilled::Done) => Handled::Done,
                // A register that is away is no failure of ours: it is asked as long as the case is open, less and
                // less often.
                Ok(Backfilled::StillOwed) => {
                    let waited = backend.now().seconds_since(message.created_at);
                    Handled::Later { seconds: (waited / 4).clamp(SOONEST, LATEST), code: "register-silent" }
                }
                Err(CaseError::Unopenable(_)) => Handled::Bury("unreadable"),
                // Not counted as a failure either: what is owed must not be forgotten.
                Err(error) => {
                    tracing::error!(%error, "a back-fill failed inside");
                    Handled::Later { seconds: LATEST, code: "internal" }
                }
            }
        })
    }
}

/// How soon and how late a silent register is asked again, in seconds.
const SOONEST: i64 = 10;
const LATEST: i64 = 900;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backfilled {
    /// Nothing is owed any more.
    Done,
    /// The register did not answer: ask again later.
    StillOwed,
}

/// Handles one message of the outbox topic [`super::consent::BACKFILL`].
pub async fn backfill(backend: &Backend, payload: &[u8]) -> Result<Backfilled, CaseError> {
    let Ok(owed) = serde_json::from_slice::<Owed>(payload) else { return Ok(Backfilled::Done) };
    let mut tx = backend.db.read().await?;
    let opened = match load(backend, &mut tx, owed.case).await {
        // A draft that was thrown away.
        Err(CaseError::NotFound) => return Ok(Backfilled::Done),
        other => other?,
    };
    drop(tx);
    let under_this_consent =
        opened.consent.as_ref().is_some_and(|c| c.id == owed.consent && c.revoked_at.is_none());
    if !under_this_consent || opened.row.state.is_closed() {
        return Ok(Backfilled::Done);
    }
    if ask(backend, &Actor::System, &opened, owed.consent, &owed.register).await?.is_err() {
        return Ok(Backfilled::StillOwed);
    }
    // Even when nothing was owed any more: whoever got the answer may have stopped right after keeping it.
    settle(backend, owed.case).await?;
    Ok(Backfilled::Done)
}

/// Counts again what a filed case still waits for; decides an instant service by its rules when nothing is missing.
async fn settle(backend: &Backend, id: CaseId) -> Result<(), CaseError> {
    let backend_of_job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = load_to_change(backend, tx, id).await?;
                if opened.row.state.is_private() || opened.row.state.is_closed() {
                    return Ok(());
                }
                let now = backend.now();
                let missing = opened.pending().len() as i64;
                if missing != opened.row.pending_facts {
                    case::set_pending(tx, id, missing, now).await?;
                    note(
                        tx,
                        &Actor::System,
                        "cases.backfill",
                        &opened.row,
                        None,
                        json!({ "missing": missing }),
                        now,
                    )?;
                }
                if missing == 0 {
                    decide_by_rule(backend, tx, id).await?;
                }
                Ok::<_, CaseError>(())
            })
        })
        .await
}
