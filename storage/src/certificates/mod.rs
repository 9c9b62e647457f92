//! Issuing keys, certificates, their status lists, and what holders show.

pub mod certificate;
pub mod issuer_keys;
pub mod shares;
pub mod status_lists;

#[cfg(test)]
mod tests;
