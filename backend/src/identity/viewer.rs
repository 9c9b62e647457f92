//! Who looks at a page: the session of a token, with its owner, in one read; two for staff.

use std::net::IpAddr;

use domain::ids::{EntityId, PersonId, SessionId, StaffId};
use domain::time::Timestamp;
use serde_json::Value;
use storage::identity::sessions::{self, Loaded, Owner, Session};

use super::actor::{Actor, PersonActor, StaffActor};
use super::limits::{self, Bucket};
use super::second_factor::SecondFactorPolicy;
use super::sign_in::{Token, open_text, place};
use crate::Backend;
use crate::organisation::{Working, posts_of};

/// A session is touched when its last visit is this old, so that reading pages seldom writes.
const TOUCH_SECONDS: i64 = 300;
/// How long a proof of identity counts as fresh.
const RECENT_SECONDS: i64 = 600;

/// Someone with a live session.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub session: Session,
    pub who: Who,
    /// Whether a password or a code was given within the last ten minutes.
    pub recent: bool,
}

/// The owner of a session.
#[derive(Clone, Debug)]
pub enum Who {
    Anonymous,
    Person(Person),
    Staff(StaffMember),
}

/// What pages show of a signed-in person.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    /// Once identity is proven.
    pub name: Option<String>,
    pub verified: bool,
    pub entity: Option<ActingFor>,
    /// As the pages keep it; null when never chosen.
    pub preferences: Value,
    pub unread: i64,
}

/// The legal entity a person acts for.
#[derive(Clone, Debug)]
pub struct ActingFor {
    pub id: EntityId,
    pub code: String,
    pub name: String,
}

/// What pages show of a member of staff.
#[derive(Clone, Debug)]
pub struct StaffMember {
    pub id: StaffId,
    pub login: String,
    pub name: String,
    /// The posts that the member is on.
    pub working: Working,
    /// The password is the one-time one: nothing is allowed but choosing another.
    pub must_change: bool,
    /// A second factor is required and was not given: nothing is allowed but setting one up.
    pub must_enrol: bool,
}

impl Viewer {
    /// Who acts when this viewer does something.
    pub fn actor(&self) -> Actor {
        let (session, recent) = (self.session.id, self.recent);
        match &self.who {
            Who::Anonymous => Actor::Anonymous,
            Who::Person(p) => Actor::Person(PersonActor {
                id: p.id,
                entity: p.entity.as_ref().map(|e| e.id),
                verified: p.verified,
                recent,
                session,
            }),
            Who::Staff(s) => Actor::Staff(StaffActor {
                id: s.id,
                grants: if s.must_change || s.must_enrol { Vec::new() } else { s.working.grants() },
                recent,
                session,
            }),
        }
    }

    pub fn person(&self) -> Option<&Person> {
        match &self.who {
            Who::Person(person) => Some(person),
            _ => None,
        }
    }

    pub fn staff(&self) -> Option<&StaffMember> {
        match &self.who {
            Who::Staff(staff) => Some(staff),
            _ => None,
        }
    }
}

/// When a session ends: some time after the last visit, and at the latest some time after it began.
pub(super) fn expiry(owner: Owner, created_at: Timestamp, now: Timestamp) -> Timestamp {
    const HOUR: i64 = 3600;
    let (idle, whole) = match owner {
        Owner::Anonymous => (24 * HOUR, 7 * 24 * HOUR),
        Owner::Person(_) => (24 * HOUR, 7 * 24 * HOUR),
        // A desk in an office: an hour away, a working day in all.
        Owner::Staff(_) => (HOUR, 12 * HOUR),
    };
    now.plus_seconds(idle).min(created_at.plus_seconds(whole))
}

/// The viewer with this token, if the session lives. One read; every few minutes a write that notes the visit.
pub async fn authenticate(backend: &Backend, token: &str) -> Result<Option<Viewer>, storage::Error> {
    let viewer = peek(backend, token).await?;
    if let Some(viewer) = &viewer {
        touch(backend, &viewer.session).await;
    }
    Ok(viewer)
}

/// As [`authenticate`], for what goes on without anybody's doing: it is no visit, and the session lives no longer for it.
pub async fn peek(backend: &Backend, token: &str) -> Result<Option<Viewer>, storage::Error> {
    // Ours have 43 characters; nothing else is worth a question.
    if token.len() != 43 {
        return Ok(None);
    }
    let now = backend.now();
    let hash = crate::sealing::digest(token.as_bytes());
    let mut tx = backend.db.read().await?;
    let loaded = sessions::load(&mut tx, &hash, now).await?;
    let Some(mut viewer) = loaded.and_then(|loaded| viewer(backend, loaded, now)) else { return Ok(None) };
    if let Who::Staff(member) = &mut viewer.who {
        member.working = posts_of(&mut tx, member.id, now).await?;
    }
    Ok(Some(viewer))
}

/// Notes the visit, when the last one is some minutes old.
async fn touch(backend: &Backend, session: &Session) {
    let now = backend.now();
    if now.seconds_since(session.last_seen_at) < TOUCH_SECONDS {
        return;
    }
    let (id, until) = (session.id, expiry(session.owner(), session.created_at, now));
    let touched: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(sessions::touch(tx, id, now, until))).await;
    if let Err(error) = touched {
        // The visit goes on; the next one tries again.
        tracing::warn!(%error, "a visit was not noted");
    }
}

fn viewer(backend: &Backend, loaded: Loaded, now: Timestamp) -> Option<Viewer> {
    let Loaded { session, .. } = &loaded;
    let recent = session.reauthenticated_at.is_some_and(|at| now.seconds_since(at) < RECENT_SECONDS);
    let who = match session.owner() {
        Owner::Anonymous => Who::Anonymous,
        Owner::Person(id) => Who::Person(Person {
            id,
            name: loaded
                .person_name
                .as_deref()
                .and_then(|sealed| open_text(backend, place("name", &id.0), sealed)),
            verified: loaded.person_verified_at.is_some(),
            entity: session
                .acting_for
                .zip(loaded.entity_code.zip(loaded.entity_name))
                .map(|(id, (code, name))| ActingFor { id, code, name }),
            preferences: loaded.person_preferences.map_or(Value::Null, |json| json.0),
            unread: loaded.person_unread,
        }),
        Owner::Staff(id) => {
            // Who may not sign in any more has no session either.
            if loaded.staff_active != Some(true) {
                return None;
            }
            Who::Staff(StaffMember {
                id,
                login: loaded.staff_login?,
                name: loaded.staff_display_name?,
                // Read below.
                working: Working::default(),
                must_change: loaded.staff_must_change?,
                must_enrol: backend.staff.second_factor == SecondFactorPolicy::Required
                    && !loaded.two_factors,
            })
        }
    };
    Some(Viewer { session: loaded.session, who, recent })
}

/// As [`open_session`], for a browser at `address`; says when to try again where too many were opened.
pub async fn open_session_at(
    backend: &Backend,
    agent: &str,
    address: IpAddr,
) -> Result<Result<(Token, Viewer), Timestamp>, storage::Error> {
    let bucket = Bucket::of_address(backend, limits::SESSIONS_PER_ADDRESS, address);
    match limits::take_now(backend, vec![bucket]).await? {
        Some(retry_at) => Ok(Err(retry_at)),
        None => open_session(backend, agent).await.map(Ok),
    }
}

/// Begins a session of a browser that is not signed in. `agent` is a label of the browser to show to its owner.
pub async fn open_session(backend: &Backend, agent: &str) -> Result<(Token, Viewer), storage::Error> {
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let session = Session {
        id: SessionId(backend.id()),
        token_hash: token.hash(),
        person_id: None,
        staff_id: None,
        acting_for: None,
        created_at: now,
        last_seen_at: now,
        expires_at: expiry(Owner::Anonymous, now, now),
        reauthenticated_at: None,
        agent: agent.chars().take(80).collect(),
    };
    let kept = session.clone();
    let done: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { sessions::insert(tx, &kept).await })).await;
    done?;
    Ok((token, Viewer { session, who: Who::Anonymous, recent: false }))
}
