//! Listening for changes: of a desk's queue, or of one case.

use std::collections::HashSet;

use domain::cases::turn::waits_for;
use domain::identity::Role;
use domain::ids::CaseId;
use domain::time::Timestamp;
use storage::cases::case;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::places::{Full, Place};
use super::{Beat, Noticed};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::covered::seen;
use crate::cases::queue::{COUNTED, Desk, desk_of, handler_of};
use crate::identity::{Actor, peek};

/// What somebody has open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A queue, as it was read at `since`.
    Desk { desk: Desk, since: Timestamp },
    /// A case, as it was read at this version.
    Case { id: CaseId, version: i64 },
}

/// What there is to tell. Nothing personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A sign of life.
    Nothing,
    /// The queue changed; so many cases have come since that wait for the listener, counted to 100.
    Queue { new: usize },
    /// The page is so old that nobody knows what it missed.
    Stale,
    /// Somebody changed the case.
    Case,
}

/// Who listens, and what they were told.
pub struct Listener {
    pub(super) backend: Backend,
    token: String,
    pub(super) actor: Actor,
    pub(super) subject: Subject,
    beats: watch::Receiver<Beat>,
    pulse: Interval,
    /// Changes noticed after this number count whenever they say they happened.
    began: u64,
    /// Changes up to this number were looked at.
    pub(super) number: u64,
    new: HashSet<CaseId>,
    told_stale: bool,
    /// To be told at once.
    waiting: Option<News>,
    _place: Place,
}

/// Begins to listen with the session of `token`, which does not count as a visit: a page that is only open keeps nobody
/// signed in. `Err(Ok(Full))` is no mistake, only too many at once.
pub async fn listen(
    backend: &Backend,
    token: &str,
    mut subject: Subject,
) -> Result<Result<Listener, Full>, CaseError> {
    let actor = actor_of(backend, token).await?;
    let staff = actor.staff()?.id;
    let mut waiting = None;
    match &mut subject {
        Subject::Desk { desk, .. } => {
            handler_of(&actor, desk)?;
        }
        Subject::Case { id, version } => {
            desk_of(backend, &actor, *id).await?;
            let row = case::by_id(&mut backend.db.read().await?, *id).await?.ok_or(CaseError::NotFound)?;
            waiting = (row.version > *version).then_some(News::Case);
            *version = row.version;
        }
    }
    let live = &backend.live;
    let place = match live.places.take(staff) {
        Ok(place) => place,
        Err(full) => return Ok(Err(full)),
    };
    let mut pulse = interval_at(Instant::now() + live.pulse, live.pulse);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Ok(Ok(Listener {
        token: token.to_owned(),
        actor,
        subject,
        beats: live.beat.subscribe(),
        pulse,
        began: live.known().number,
        number: 0,
        new: HashSet::new(),
        told_stale: false,
        waiting,
        _place: place,
        backend: backend.clone(),
    }))
}

async fn actor_of(backend: &Backend, token: &str) -> Result<Actor, CaseError> {
    Ok(peek(backend, token).await?.map_or(Actor::Anonymous, |viewer| viewer.actor()))
}

impl Listener {
    /// Who listens, as they may at the moment.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Waits for the next thing to tell; `None` when it is over: signed out, not allowed any more, or the process ends.
    pub async fn next(&mut self) -> Option<News> {
        loop {
            if self.beats.borrow_and_update().closed {
                return None;
            }
            if let Some(news) = self.waiting.take().or_else(|| self.read()) {
                return Some(news);
            }
            tokio::select! {
                changed = self.beats.changed() => changed.ok()?,
                _ = self.pulse.tick() => {
                    return self.is_allowed().await.then_some(News::Nothing);
                }
            }
        }
    }

    /// What was noticed since the last time.
    fn read(&mut self) -> Option<News> {
        let backend = self.backend.clone();
        let known = backend.live.known();
        let from = std::mem::replace(&mut self.number, known.number);
        match &self.subject {
            Subject::Case { id, version } => {
                let newest =
                    known.after(from).filter(|n| n.change.id == *id).map(|n| n.change.version).max()?;
                if newest <= *version {
                    return None;
                }
                self.subject = Subject::Case { id: *id, version: newest };
                Some(News::Case)
            }
            Subject::Desk { desk, since } => {
                let mut heard = false;
                for noticed in known.after(from) {
                    let change = &noticed.change;
                    let later = change.changed_at > *since || noticed.number > self.began;
                    if !later || change.state.is_private() || !desk.holds(&change.department, change.place) {
                        continue;
                    }
                    heard = true;
                    if self.new.len() < COUNTED as usize && waits(&self.actor, noticed) {
                        self.new.insert(change.id);
                    }
                }
                let stale = known.complete_from.is_some_and(|from| from > *since) && !self.told_stale;
                self.told_stale |= stale;
                match (stale, heard) {
                    (true, _) => Some(News::Stale),
                    (false, true) => Some(News::Queue { new: self.new.len() }),
                    (false, false) => None,
                }
            }
        }
    }

    /// Looks again whether the session lives and its posts cover what is open.
    async fn is_allowed(&mut self) -> bool {
        let actor = match actor_of(&self.backend, &self.token).await {
            Ok(actor) => actor,
            // A database that does not answer signs nobody out.
            Err(error) => {
                tracing::debug!(%error, "a listener's session could not be looked at");
                return matches!(error, CaseError::Storage(_));
            }
        };
        let allowed = match &self.subject {
            Subject::Desk { desk, .. } => handler_of(&actor, desk).is_ok(),
            Subject::Case { id, .. } => handles(&self.backend, &actor, *id).await,
        };
        self.actor = actor;
        allowed
    }
}

/// Whether the posts of the actor cover a case that they have open. That it went elsewhere is no attempt of theirs, so
/// nothing is noted.
async fn handles(backend: &Backend, actor: &Actor, id: CaseId) -> bool {
    let read = async || {
        let mut tx = backend.db.read().await?;
        let row = case::by_id(&mut tx, id).await?.ok_or(CaseError::NotFound)?;
        seen(&mut tx, actor, &row).await.map(drop)
    };
    // A database that does not answer closes nobody's case.
    matches!(read().await, Ok(()) | Err(CaseError::Storage(_)))
}

/// Whether the change brought a case that waits for a role of the listener, and that they do not hold.
fn waits(actor: &Actor, noticed: &Noticed) -> bool {
    let (Ok(staff), change) = (actor.staff(), &noticed.change) else { return false };
    let turn =
        |role| staff.may(role, &change.department, change.place) && waits_for(role).contains(&change.state);
    noticed.arrived
        && change.held_by != Some(staff.id)
        && [Role::Intake, Role::Review, Role::Decide].into_iter().any(turn)
}
