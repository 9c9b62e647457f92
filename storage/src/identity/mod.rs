//! Who uses the portal: persons, legal entities and who acts for them, staff, sessions, and what protects sign-in.
//!
//! Sealed columns are opaque bytes here; they are sealed and opened above this layer.

pub mod codes;
pub mod drafts;
pub mod entities;
pub mod half_sign_ins;
pub mod limits;
pub mod oidc_requests;
pub mod persons;
pub mod second_factors;
pub mod sessions;
pub mod staff;
pub mod staff_links;

#[cfg(test)]
mod tests;
