//! A case beside what a clerk is doing.

use domain::ids::CaseId;

use super::handler;
use crate::Backend;
use crate::cases::load::{Opened, at_desk};
use crate::cases::track::{Happened, timeline};
use crate::cases::{CaseError, audited};
use crate::identity::Actor;

/// A filed case of the clerk's department with its timeline, for pages that show nothing personal of it: nothing is
/// noted. To read a case there is [`crate::cases::open::open_at_desk`].
pub async fn glance(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
) -> Result<(Opened, Vec<Happened>), CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let opened = at_desk(backend, &mut tx, actor, id).await;
    let opened = match opened {
        Err(CaseError::Outside(_)) => {
            drop(tx);
            return audited(backend, actor, opened.map(|opened| (opened, Vec::new()))).await;
        }
        other => other?,
    };
    let timeline = timeline(backend, &mut tx, id).await?;
    Ok((opened, timeline))
}

/// As [`glance`] without the timeline, for lists of what somebody looked at before: a case that has gone elsewhere
/// meanwhile is `None`, and no attempt of theirs.
pub async fn still_there(backend: &Backend, actor: &Actor, id: CaseId) -> Result<Option<Opened>, CaseError> {
    handler(actor)?;
    match at_desk(backend, &mut backend.db.read().await?, actor, id).await {
        Ok(opened) => Ok(Some(opened)),
        Err(CaseError::Outside(_) | CaseError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
