//! Published versions of service definitions, and proposals to change them.

pub mod bundles;
pub mod proposals;
pub mod versions;
