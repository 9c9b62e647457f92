//! Figures: counters, and what they still lack.

pub mod counters;
pub mod days;
pub mod events;
pub mod reasons;
pub mod reviews;
mod row;
pub mod standings;

#[cfg(test)]
mod tests;
