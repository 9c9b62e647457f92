//! Where departments and people belong: administrative divisions, the offices of departments in them, and what posts
//! allow.

pub mod grant;
pub mod office;
pub mod region;
pub mod region_file;

pub use grant::{Grant, Scope};
pub use office::{Directory, Office};
