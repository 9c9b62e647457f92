//! Reviews, rights to give one, counters, rectification, and the feed to an upper platform.

pub mod counts;
pub mod feed;
pub mod review;
pub mod rights;
pub mod tasks;

#[cfg(test)]
mod tests;
