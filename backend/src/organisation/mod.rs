//! Administrative divisions in the database: what lies where, and how it comes there.

mod import_regions;
pub mod regions;
mod shipped;

pub use import_regions::{ImportError, Imported, import_regions};
pub use shipped::{load_shipped, shipped};
