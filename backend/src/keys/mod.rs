//! The key ring of a deployment and what was sealed with it.

mod check;
mod reseal;

pub use check::{KeyCheckError, check};
pub use reseal::{Needed, Resealed, reseal};
