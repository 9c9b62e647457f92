//! The sessions of a person: seeing them, ending one, ending all others.

use domain::ids::SessionId;
use domain::time::Timestamp;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::sessions;

use super::actor::{Actor, PersonActor};
use crate::Backend;

/// One of my sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    pub id: SessionId,
    /// Label of the browser.
    pub agent: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    /// The one this question came from.
    pub current: bool,
}

/// Sessions of the actor, newest first, 100 at most.
pub async fn my_sessions(backend: &Backend, me: &PersonActor) -> Result<Vec<SessionLine>, storage::Error> {
    let now = backend.now();
    let found = sessions::of_person(&mut backend.db.read().await?, me.id, now).await?;
    Ok(found
        .into_iter()
        .map(|s| SessionLine {
            id: s.id,
            agent: s.agent,
            created_at: s.created_at,
            last_seen_at: s.last_seen_at,
            current: s.id == me.session,
        })
        .collect())
}

/// Ends one of my sessions; `false` when it is not mine or has ended.
pub async fn end_session(backend: &Backend, me: &PersonActor, id: SessionId) -> Result<bool, storage::Error> {
    let (now, me) = (backend.now(), *me);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let ended = sessions::end_of_person(tx, id, me.id).await?;
                if ended {
                    audit::append(tx, entry(&me, "identity.end_session", id, now))?;
                }
                Ok(ended)
            })
        })
        .await
}

/// Ends all my sessions but this one. Gives their number.
pub async fn end_other_sessions(backend: &Backend, me: &PersonActor) -> Result<u64, storage::Error> {
    let (now, me) = (backend.now(), *me);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let ended = sessions::end_others_of_person(tx, me.id, me.session).await?;
                audit::append(tx, entry(&me, "identity.end_other_sessions", me.session, now))?;
                Ok(ended)
            })
        })
        .await
}

fn entry(me: &PersonActor, action: &'static str, session: SessionId, now: Timestamp) -> Entry {
    Entry {
        at: now,
        actor: Actor::Person(*me).for_audit(),
        action,
        subject_kind: "session",
        subject_id: session.to_string(),
        person: Some(me.id),
        purpose: None,
        detail: json!({}),
    }
}
