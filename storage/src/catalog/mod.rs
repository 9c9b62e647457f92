//! Published versions of service definitions.

pub mod bundles;
pub mod versions;
