//! Cases, what happened to them, their files, and what clerks keep beside them.

pub mod bundles;
pub mod case;
pub mod changes;
pub mod counter_payments;
pub mod desk_views;
pub mod escalations;
pub mod events;
pub mod files;
pub mod notes;
pub mod reason_templates;
pub mod seats;
pub mod supplements;

#[cfg(test)]
mod tests;
