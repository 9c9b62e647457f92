//! Pages that anyone can read.

pub(super) mod guide;
pub(crate) mod home;
pub(super) mod list;
