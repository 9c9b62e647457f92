//! Pages of citizens, and public ones.

pub(super) mod figures;
pub(super) mod form;
pub(super) mod mine;
