//! Internal notes: what clerks write for each other about a case. Its applicant never sees them; that somebody read the case
//! they do see, as ever.

mod list;
mod strike;
mod write;

pub use list::{NoteLine, notes_of};
pub use strike::strike;
pub use write::write;

use domain::ids::NoteId;

use crate::sealing::Place;

/// The longest note, in characters.
pub const MAX_NOTE: u32 = 1_000;
/// Notes of one case.
pub const MOST: i64 = 100;

fn place(id: &NoteId) -> Place<'_> {
    Place::new("case_notes", "words", &id.0)
}
