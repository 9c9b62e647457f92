//! Bundles (一件事): one form, split into a case for each member.
//!
//! - [`split`]: what each member gets, judged before anything is kept.
//! - [`keep`]: the cases of the members, made in one transaction.
//! - [`moved`]: what an end of one member means for those that wait for it.
//! - [`Release`]: filing a member whose waiting is over, as a job.
//! - [`progress`]: how all members stand, for their owner.

mod keep;
mod moved;
mod progress;
mod release;
mod split;
mod withdraw;

use domain::ids::CaseId;
use domain::text::Text;
use serde::{Deserialize, Serialize};
use storage::cases::case;

use super::{CaseError, Opened};
use crate::Backend;

pub(super) use keep::keep;
pub(crate) use moved::moved;
pub(super) use progress::awaited;
pub use progress::{Awaited, Part, Progress, progress};
pub use release::{Release, Released, release};
pub(super) use split::split;
pub(super) use withdraw::withdraw;

/// Topic of the outbox for members whose waiting is over.
pub const RELEASE: &str = "bundle-release";

/// A member that is to be filed.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Due {
    case: CaseId,
}

/// Why a member that applied has no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfiled {
    /// Another case of the applicant stands in the way.
    Already,
    /// An answer that the member needs is not there, or does not fit.
    Incomplete,
    /// No register could tell whether it applies.
    Unknown,
    /// A member that it comes after was not filed.
    Before,
    /// The last day of the service is over.
    Ended,
}

impl Unfiled {
    pub const ALL: [Unfiled; 5] =
        [Unfiled::Already, Unfiled::Incomplete, Unfiled::Unknown, Unfiled::Before, Unfiled::Ended];

    /// As stored and as used in message keys.
    pub fn code(self) -> &'static str {
        match self {
            Unfiled::Already => "already",
            Unfiled::Incomplete => "incomplete",
            Unfiled::Unknown => "unknown",
            Unfiled::Before => "before",
            Unfiled::Ended => "ended",
        }
    }

    pub fn from_code(code: &str) -> Option<Unfiled> {
        Unfiled::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// Why a member that waited was never filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dropped {
    /// A member before it was refused, declined, withdrawn or closed.
    Before,
    /// Another case of the applicant stood in the way.
    Already,
    /// What it needed did not come in time, or does not fit.
    Incomplete,
    /// The consent to ask registers for it was revoked.
    Consent,
}

impl Dropped {
    pub const ALL: [Dropped; 4] = [Dropped::Before, Dropped::Already, Dropped::Incomplete, Dropped::Consent];

    /// As used in message keys.
    pub fn code(self) -> &'static str {
        match self {
            Dropped::Before => "before",
            Dropped::Already => "already",
            Dropped::Incomplete => "incomplete",
            Dropped::Consent => "consent",
        }
    }
}

/// The form that an opened case was filed with, and the name of its bundle: all that a member's department learns of it.
pub async fn part_of(backend: &Backend, opened: &Opened) -> Result<Option<(CaseId, Text)>, CaseError> {
    let Some(bundle) = opened.row.bundle_id else { return Ok(None) };
    let mut tx = backend.db.read().await?;
    let Some(row) = case::by_id(&mut tx, bundle).await? else { return Ok(None) };
    let service = backend.catalog.version(&mut tx, row.version_id).await?;
    Ok(Some((bundle, service.definition.name.clone())))
}
