//! Islands that belong to no single domain. Each works as plain HTML first; the browser only makes it better.
//!
//! An island here has no properties: Leptos would read them from JSON, and that reader is a third of the WebAssembly of a
//! page. A component on the server puts what the island needs into `data-` attributes of the island's children.

mod countdown;

#[cfg(feature = "ssr")]
pub use countdown::ResendCountdown;
