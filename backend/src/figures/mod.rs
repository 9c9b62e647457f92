//! Figures (统计): counting what happened to cases, and looking at what was counted.
//!
//! A job counts, seconds later and exactly once: filing and deciding do nothing for it but say in the timeline what would be
//! gone when the job comes. Looking reads counters only. See ADR 0024.

mod ask;
mod count;
mod export;
mod keep;
mod look;
mod told;
mod weigh;

#[cfg(test)]
mod tests;

pub use ask::{Asked, Wish, ask, home};
pub use count::count;
pub use export::{Export, Line, export};
pub use keep::keep;
pub use look::{Below, Figures, look};
pub(crate) use told::{told_of_closing, told_of_filing};

use domain::figures::PeriodError;

use crate::identity::Denied;

/// A reason in own words, and a refusal by the rules; ids of definitions have no dot.
pub const OWN_WORDS: &str = ".words";
pub const BY_RULES: &str = ".rules";

/// Why figures cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such place, department or service.
    #[error("no such place, department or service")]
    NotFound,
    #[error(transparent)]
    Period(#[from] PeriodError),
    #[error(transparent)]
    Storage(#[from] storage::Error),
}
