//! Stand-ins for the services of others: the registers, the SMS gateway and the mail gateway. They speak the same
//! protocol as the real ones, over HTTP on the loopback interface, and know only synthetic people.
//!
//! - `population` who and what the registers know, generated from a seed
//! - `registers` the twelve registers
//! - `outbox` SMS and mail
//! - `switches` making them slow, down or wrong
//! - `serve` all of it on one port

mod names;
mod problem;
mod rng;

pub mod outbox;
pub mod population;
pub mod registers;
pub mod serve;
pub mod switches;

pub use population::{DemoEntity, DemoPerson, Population, demo_entities, demo_people};
pub use serve::{Config, Handle, serve};
