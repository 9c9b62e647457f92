//! What goes out: the message centre of each person, and the outbox of effects.

pub mod centre;
pub mod outbox;

#[cfg(test)]
mod tests;
