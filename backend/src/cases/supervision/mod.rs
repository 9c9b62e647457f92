//! 督办: the office above hears of cases that run late, and says what it thinks of it.

mod list;
mod see;
mod tell;

pub use list::{Key, LISTED, Told, told_of_case, unseen};
pub use see::see;
pub(crate) use tell::find_late;
pub use tell::{ESCALATE, Escalate};
