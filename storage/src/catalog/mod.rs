//! Published versions of service definitions.

pub mod versions;
