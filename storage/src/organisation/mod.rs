//! Whom the portal serves, and what for.

pub mod demo_mark;
