//! Cases, what happened to them, their files, and what clerks keep beside them.

pub mod case;
pub mod changes;
pub mod counter_payments;
pub mod desk_views;
pub mod events;
pub mod files;
pub mod notes;
pub mod reason_templates;

#[cfg(test)]
mod tests;
