//! What the portal means, free of input and output: types, identifiers, rules, clocks, forms and coded errors.
//!
//! Everything here is pure and deterministic. It is compiled natively for the server and to WebAssembly for the
//! browser, so that both answer every question about a form in the same way.

pub mod ids;
pub mod rules;
pub mod text;
pub mod time;

#[cfg(feature = "sqlx")]
mod sqlx_types;

pub mod cases;
pub mod catalog;
pub mod certificates;
pub mod figures;
pub mod identity;
pub mod organisation;
pub mod registers;
pub mod reviews;
