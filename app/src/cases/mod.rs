//! Cases: applying for a service step by step, following it, and the clerk's desk.

pub mod islands;

#[cfg(feature = "ssr")]
mod actions;
#[cfg(feature = "ssr")]
pub(crate) mod desk;
#[cfg(feature = "ssr")]
mod errors;
#[cfg(feature = "ssr")]
mod fields;
#[cfg(feature = "ssr")]
mod flow;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod routes;

#[cfg(feature = "ssr")]
pub(crate) use errors::fail;
#[cfg(feature = "ssr")]
pub(crate) use fields::{Sheet, raw};
#[cfg(feature = "ssr")]
pub(crate) use pages::list::rows as list_rows;
#[cfg(feature = "ssr")]
pub(crate) use routes::routes;
