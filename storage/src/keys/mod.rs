//! What a database knows of the key ring, and everything that is sealed with it.

pub mod key_checks;
pub mod sealed;
