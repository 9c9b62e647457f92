//! What an end of one member means for those that wait for it.

use domain::cases::{CaseState, EventKind};
use domain::ids::{CaseId, OutboxId};
use domain::text::Text;
use serde_json::json;
use storage::cases::bundles::{self, BundleMember};
use storage::cases::case::{self, CaseLine, Clocked, Move};
use storage::cases::files;
use storage::messages::outbox::{self, NewMessage};
use storage::registers::{consents, evidence};
use storage::{BoxFuture, Tx};

use super::{Dropped, Due, RELEASE};
use crate::Backend;
use crate::cases::load::{Opened, load_to_change, seal_raw};
use crate::cases::track::{record, tell_dropped};
use crate::cases::{CaseError, note};
use crate::identity::Actor;
use domain::cases::Raw;

/// Called in the transaction in which a case came into `state`: releases and drops the members of its bundle that waited
/// for it. Two ends at the same time come here one after the other.
pub(crate) async fn moved(
    backend: &Backend,
    tx: &mut Tx,
    case: &CaseLine,
    state: CaseState,
) -> Result<(), CaseError> {
    match case.bundle_id {
        Some(bundle) if state.is_closed() => settle(backend, tx, bundle).await,
        Some(bundle) => Ok(bundles::touch(tx, bundle, backend.now()).await.map(drop)?),
        None => Ok(()),
    }
}

/// Looks at every member that waits. Dropping one may end the waiting of others, so this comes back to itself.
pub(super) fn settle<'a>(
    backend: &'a Backend,
    tx: &'a mut Tx,
    bundle: CaseId,
) -> BoxFuture<'a, Result<(), CaseError>> {
    Box::pin(async move {
        let now = backend.now();
        bundles::touch(tx, bundle, now).await?;
        let members = bundles::members(tx, bundle).await?;
        let cases = bundles::cases(tx, bundle).await?;
        let waiting: Vec<&CaseLine> = cases.iter().filter(|c| c.state == CaseState::Waiting).collect();
        if waiting.is_empty() {
            return let_go(backend, tx, bundle).await;
        }
        let row = case::by_id(tx, bundle).await?.ok_or(CaseError::NotFound)?;
        let service = backend.catalog.version(tx, row.version_id).await?;
        let published = service.bundle.as_ref().ok_or(CaseError::NotFound)?;
        for case in waiting {
            let after = published.bundle.member(&case.service_code).map_or(&[][..], |m| &m.after);
            match hope(after, &members, &cases) {
                Hope::Waits => {}
                Hope::Over => enqueue(backend, tx, case.id).await?,
                Hope::None(before) => {
                    let opened = load_to_change(backend, tx, case.id).await?;
                    let name = published.member(&before).map(|(_, d)| d.name.clone());
                    drop_member(backend, tx, &opened, Dropped::Before, name).await?;
                    return settle(backend, tx, bundle).await;
                }
            }
        }
        Ok(())
    })
}

enum Hope {
    /// Some before it are still open.
    Waits,
    /// All before it are approved.
    Over,
    /// The named one came to nothing.
    None(String),
}

fn hope(after: &[String], members: &[BundleMember], cases: &[CaseLine]) -> Hope {
    let mut hope = Hope::Over;
    for code in after {
        // Who did not apply holds nobody up.
        let Some(member) = members.iter().find(|m| m.service_code == *code) else { continue };
        let state = cases.iter().find(|c| Some(c.id) == member.case_id).map(|c| c.state);
        match state {
            Some(CaseState::Approved) => {}
            Some(state) if !state.is_closed() => hope = Hope::Waits,
            _ => return Hope::None(code.clone()),
        }
    }
    hope
}

async fn enqueue(backend: &Backend, tx: &mut Tx, case: CaseId) -> Result<(), CaseError> {
    let now = backend.now();
    let message = NewMessage {
        id: OutboxId(backend.id()),
        topic: RELEASE,
        key: case.to_string(),
        payload: serde_json::to_vec(&Due { case }).unwrap_or_default(),
        created_at: now,
        available_at: now,
    };
    outbox::enqueue(tx, &message).await?;
    Ok(())
}

/// Closes a member that was never filed, and tells why.
pub(super) async fn drop_member(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    why: Dropped,
    before: Option<Text>,
) -> Result<(), CaseError> {
    let now = backend.now();
    let state = opened.row.state.after(domain::cases::Action::Drop)?;
    let change = Move {
        state,
        decision: None,
        clocked: Clocked::default(),
        closed_at: Some(now),
        evidence_until: opened.evidence_until(now),
        at: now,
    };
    if !case::advance(tx, opened.row.id, opened.row.version, &change).await? {
        return Err(CaseError::Changed);
    }
    let detail = json!({ "why": why.code(), "before": before });
    record(backend, tx, &opened.row, EventKind::Dropped, &Actor::System, detail).await?;
    note(tx, &Actor::System, "cases.drop", &opened.row, None, json!({ "why": why.code() }), now)?;
    tell_dropped(backend, tx, opened, why, before.as_ref()).await
}

/// Lets go of the form itself once every member has its part: what was typed, what registers said, and files that no
/// member asked for.
async fn let_go(backend: &Backend, tx: &mut Tx, bundle: CaseId) -> Result<(), CaseError> {
    files::delete_of_case(tx, bundle).await?;
    evidence::delete_of_case(tx, bundle).await?;
    consents::delete_of_case(tx, bundle).await?;
    bundles::empty(tx, bundle, &seal_raw(backend, bundle, &Raw::new()), backend.now()).await?;
    Ok(())
}
