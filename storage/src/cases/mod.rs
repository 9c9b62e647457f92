//! Cases, what happened to them, and their files.

pub mod bundles;
pub mod case;
pub mod counter_payments;
pub mod escalations;
pub mod events;
pub mod files;
pub mod seats;
pub mod supplements;
