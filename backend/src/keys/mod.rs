//! The key ring of a deployment and what was sealed with it.

mod check;

pub use check::{KeyCheckError, check};
