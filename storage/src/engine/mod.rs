//! The two databases behind one door.

pub mod db;
pub mod error;
pub(crate) mod lend;
pub(crate) mod many;
pub mod migrate;
pub mod postgres;
pub mod query;
pub mod sqlite;
pub mod statement;
pub mod tx;

#[cfg(test)]
mod tests;
