//! Stand-ins for the services of others: the registers, the SMS gateway, the mail server, the identity service of
//! clerks and the platform that takes reviews. They speak the same
//! protocols as the real ones, HTTP and SMTP, on the loopback interface, and know only synthetic people.
//!
//! - `population` who and what the registers know, generated from a seed
//! - `registers` the twelve registers
//! - `outbox` what came in by SMS and mail
//! - `smtp` how mails come in
//! - `oidc` the identity service of clerks
//! - `reviews` batches of reviews
//! - `switches` making them slow, down or wrong
//! - `serve` all of it

mod names;
mod problem;
mod rng;

pub mod oidc;
pub mod outbox;
pub mod population;
pub mod registers;
pub mod reviews;
pub mod serve;
pub mod smtp;
pub mod switches;

pub use oidc::{DemoClerk, demo_clerks};
pub use population::{DemoEntity, DemoPerson, Population, demo_entities, demo_people};
pub use serve::{Config, Handle, serve};
