//! What people see: pages (server only), islands (server and browser), form actions.
//!
//! A page is an axum handler that loads what it needs and shows one Leptos view through [`visit::Visit::page`]; the
//! server renders it completely, status first. Only `#[island]`s are compiled for the browser.

pub mod cases;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod assets;
#[cfg(feature = "ssr")]
pub mod errors;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
pub mod ui;
#[cfg(feature = "ssr")]
pub mod visit;
#[cfg(feature = "ssr")]
pub mod words;

#[cfg(feature = "ssr")]
mod about;
#[cfg(feature = "ssr")]
mod catalog;
#[cfg(feature = "ssr")]
mod certificates;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
mod figures;
#[cfg(feature = "ssr")]
pub mod identity;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
mod organisation;
#[cfg(feature = "ssr")]
pub mod preferences;
#[cfg(feature = "ssr")]
mod registers;
#[cfg(feature = "ssr")]
mod reviews;
