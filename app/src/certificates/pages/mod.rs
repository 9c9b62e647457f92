//! Pages of certificates.

pub(super) mod bind;
pub(super) mod card;
pub(super) mod download;
pub(super) mod finding;
pub(super) mod lines;
pub(super) mod show;
pub(super) mod verify;
pub(super) mod wallet;
