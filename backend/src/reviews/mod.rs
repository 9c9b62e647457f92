//! Reviews (好差评): the right to give one, giving it, what becomes of a bad one, what is public, and the feed to an upper
//! platform.

mod advance;
mod answer;
mod feed;
mod figures;
mod file;
mod follow_up;
mod invitation;
mod invite;
mod lapse;
mod list;
mod mine;
mod opine;
mod prune;
mod task;
mod tasks;
mod upload;
mod upper;
mod verify;

pub use answer::answer;
pub use figures::{Figures, figures};
pub use file::file;
pub use follow_up::follow_up;
pub use invitation::{Invited, invitation};
pub use invite::{Invitation, RIGHT_DAYS, invite};
pub(crate) use lapse::lapse;
pub use list::{Listed, Page, reviews_of_department};
pub use mine::{Mine, my_review};
pub use opine::opine;
pub(crate) use prune::prune_feed;
pub use task::{By, TaskPage, Told, may_open, open_task};
pub use tasks::{TaskLine, tasks};
pub use upload::{UPLOAD, Upload};
pub use upper::{Reviews, Upper, UpperError};
pub use verify::verify;

use std::ops::RangeInclusive;

use domain::cases::Wrong;
use domain::identity::Role;
use domain::ids::ReviewId;
use domain::organisation::Grant;
use domain::reviews::{NotAllowed, NotTheirs};
use domain::time::Timestamp;
use storage::audit::{self, Entry};
use storage::{Error, Tx};

use crate::Backend;
use crate::identity::{Actor, Denied, StaffActor};
use crate::sealing::{Place, Unopenable};

/// Why something cannot be done with a review.
#[derive(Debug, thiserror::Error)]
pub enum ReviewsError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such review or right, or it is another's.
    #[error("no such review")]
    NotFound,
    /// The subject was reviewed: one right, one review.
    #[error("reviewed already")]
    Already,
    /// The right has run out.
    #[error("too late")]
    Over,
    /// Someone else, or another window, did something meanwhile.
    #[error("changed meanwhile")]
    Changed,
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Who handled the review cannot be who gives the second opinion on it.
    #[error("a second opinion needs another person")]
    SameHand,
    /// The second opinion is a superior's: of an office above the one that the review is about.
    #[error("a second opinion needs a superior")]
    NoSuperior,
    #[error("the words cannot be used")]
    Words(Wrong),
    #[error(transparent)]
    Unopenable(#[from] Unopenable),
    #[error(transparent)]
    Storage(#[from] Error),
}

impl From<NotTheirs> for ReviewsError {
    fn from(not: NotTheirs) -> Self {
        match not {
            NotTheirs::SameHand => ReviewsError::SameHand,
            NotTheirs::NoSuperior => ReviewsError::NoSuperior,
        }
    }
}

/// The reviews that a member of staff sees and works on: those of a department within some places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub department: String,
    /// Codes of regions in 15-digit form; 0 is none.
    pub places: RangeInclusive<i64>,
}

impl Reach {
    fn covers(&self, department: &str, place: i64) -> bool {
        self.department == department && self.places.contains(&place)
    }
}

/// Whose reviews `actor` may see. The one place that decides it.
pub(crate) fn reach(actor: &Actor) -> Result<Reach, Denied> {
    let staff = actor.staff()?;
    let sees = |grant: &&Grant| matches!(grant.role, Role::Decide | Role::Supervise);
    // One department at a time: the first of their posts that is for one.
    let mut grants = staff.grants.iter().filter(sees);
    let of_one = grants.find_map(|grant| Some((grant.scope.department.clone()?, grant.scope.region)));
    let (department, region) = of_one.ok_or(Denied::Forbidden)?;
    Ok(Reach { department, places: region.range() })
}

/// Staff who may see and work on a review of `department` at `place`; to all others it does not exist.
pub(crate) fn may_handle<'a>(
    actor: &'a Actor,
    department: &str,
    place: i64,
) -> Result<&'a StaffActor, ReviewsError> {
    let reach = reach(actor)?;
    if reach.covers(department, place) { Ok(actor.staff()?) } else { Err(ReviewsError::NotFound) }
}

/// Own words of a review or of what follows it: trimmed, bounded, without control characters.
pub(crate) fn own_words(text: &str, least: u32) -> Result<Option<String>, ReviewsError> {
    let words = domain::cases::form::plain_text(text.trim(), least, domain::reviews::MAX_WORDS, true);
    let words = words.map_err(ReviewsError::Words)?;
    Ok((!words.is_empty()).then_some(words))
}

/// Notes in the audit trail what was done with a review: neither grade nor words.
pub(crate) fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    review: ReviewId,
    person: domain::ids::PersonId,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), Error> {
    audit::append(
        tx,
        Entry {
            at,
            actor: actor.for_audit(),
            action,
            subject_kind: "review",
            subject_id: review.to_string(),
            person: Some(person),
            purpose: None,
            detail,
        },
    )
}

/// The words of a review.
pub(crate) fn open_words(
    backend: &Backend,
    id: ReviewId,
    words: Option<&Vec<u8>>,
) -> Result<Option<String>, Unopenable> {
    words.map(|words| backend.open_json(Place::new("reviews", "words", &id.0), words)).transpose()
}

/// Codes with a space between two, as they are kept.
pub(crate) fn codes(kept: &str) -> impl Iterator<Item = &str> {
    kept.split_whitespace()
}
