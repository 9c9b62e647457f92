//! Pages that anyone can read.

pub(super) mod bundle;
pub(super) mod guide;
pub(crate) mod home;
pub(super) mod list;
