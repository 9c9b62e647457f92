//! What goes out: the message centre of each person, the outbox of effects, and answers kept for repeated requests.

pub mod centre;
pub mod idempotency;
pub mod outbox;

#[cfg(test)]
mod tests;
