//! Where departments and people belong: administrative divisions, the offices of departments in them, and what posts
//! allow.

pub mod giving;
pub mod grant;
pub mod office;
pub mod office_file;
pub mod region;
pub mod region_file;

pub use grant::{Grant, Scope};
pub use office::{Directory, Office};
