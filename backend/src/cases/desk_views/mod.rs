//! Saved views: what a member of staff looks at again and again. Each has their own; nothing personal is in them, so the
//! audit trail leaves them out.

mod list;
mod remove;
mod rename;
mod save;
mod set_default;

pub use list::{default_view, view, views};
pub use remove::remove;
pub use rename::rename;
pub use save::{NewView, save};
pub use set_default::set_default;

pub use storage::cases::desk_views::{DeskView, MOST};

use domain::cases::form::plain_text;

use super::CaseError;

/// The longest name, in characters.
pub const MAX_NAME: u32 = 30;

fn checked_name(name: &str) -> Result<String, CaseError> {
    plain_text(name.trim(), 1, MAX_NAME, false).map_err(CaseError::Text)
}
