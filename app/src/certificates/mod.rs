//! Certificates: the wallet (卡包), showing one (亮证), and the public page on which anyone checks one.

mod actions;
mod pages;
mod routes;
mod stranger;
mod trust;

pub(crate) use routes::routes;
