//! Consents, and what registers said under them.

pub mod consents;
pub mod evidence;
