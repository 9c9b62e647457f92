//! Where departments and people belong: administrative divisions.

pub mod region;
