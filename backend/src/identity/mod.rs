//! Who someone is: signing in, proving identity, acting for a legal entity, sessions.

mod actor;

pub use actor::{Actor, Denied, PersonActor, StaffActor};
