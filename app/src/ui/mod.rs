//! What is common to all pages: frames, fields, lists, marks. Every component is plain HTML with the classes of
//! `style/`, works without script, and is shown in all states at `/demo/gallery`.
//!
//! Texts come in as props, already translated; only the fixed words of frames and fields are named here (`ui.ftl`).

mod alert;
mod button;
mod card;
mod certificate;
mod chart;
mod error_summary;
mod facts;
mod field;
pub mod gallery;
mod guide;
mod icon;
mod layout;
mod preferences;
mod profile;
mod review;
mod search;
mod staff;
mod steps;
mod summary;
mod table;
mod tag;
mod text;
mod tiles;
mod timeline;
mod tone;

pub use alert::*;
pub use button::*;
pub use card::*;
pub use certificate::*;
pub use chart::*;
pub use error_summary::*;
pub use facts::*;
pub use field::*;
pub use guide::*;
pub use icon::*;
pub use layout::*;
pub use preferences::*;
pub use profile::*;
pub use review::*;
pub use search::*;
pub use staff::*;
pub use steps::*;
pub use summary::*;
pub use table::*;
pub use tag::*;
pub use text::*;
pub use tiles::*;
pub use timeline::*;
pub use tone::*;
