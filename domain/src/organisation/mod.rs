//! Where departments and people belong: administrative divisions.

pub mod region;
pub mod region_file;
