//! Islands that belong to no single domain. Each works as plain HTML first; the browser only makes it better.

mod countdown;

pub use countdown::ResendCountdown;
