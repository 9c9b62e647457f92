//! Whom the portal serves, and what for.

pub mod demo_mark;
pub mod regions;

#[cfg(test)]
mod tests;
