//! Whom the portal serves, what for, and who works where.

pub mod accounts;
pub mod appointments;
pub mod calendar_years;
pub mod demo_mark;
pub mod generation;
pub mod history;
pub mod offices;
pub mod posts;
pub mod regions;

#[cfg(test)]
mod tests;
