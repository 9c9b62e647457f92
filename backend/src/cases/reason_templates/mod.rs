//! Texts that an office uses again and again for its reasons. Who decides or supervises there keeps them, who works on its
//! cases uses them.

mod change;
mod keep;
mod list;
mod ready;
mod remove;

pub use change::change;
pub use keep::{NewTemplate, keep};
pub use list::{manages, templates_of};
pub use ready::{Ready, ready};
pub use remove::remove;

pub use storage::cases::reason_templates::{MOST, TemplateRow};

use domain::cases::form::plain_text;
use domain::cases::{ReasonKind, Template};
use domain::identity::Role;
use domain::ids::OfficeId;
use domain::organisation::Office;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;

use super::CaseError;
use crate::Backend;
use crate::identity::{Actor, Denied};

/// The longest title, in characters.
pub const MAX_TITLE: u32 = 40;

/// Whether the actor keeps the templates of an office.
fn may_manage(actor: &Actor, office: &Office) -> bool {
    let Ok(staff) = actor.staff() else { return false };
    [Role::Decide, Role::Supervise].iter().any(|role| staff.may(*role, &office.department, office.region))
}

/// The office, for who keeps its templates.
fn managed(backend: &Backend, actor: &Actor, id: OfficeId) -> Result<Office, CaseError> {
    actor.staff()?;
    let current = backend.organisation.current();
    let office = current.offices.by_id(id).ok_or(CaseError::NotFound)?;
    if may_manage(actor, office) { Ok(office.clone()) } else { Err(Denied::Forbidden.into()) }
}

/// Title and words as they may be kept.
fn checked(kind: ReasonKind, title: &str, words: &str) -> Result<(String, String), CaseError> {
    let title = plain_text(title.trim(), 1, MAX_TITLE, false).map_err(CaseError::Text)?;
    Template::of_kind(kind, words).map_err(CaseError::Template)?;
    Ok((title, words.trim().replace("\r\n", "\n")))
}

fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    row: &TemplateRow,
    at: Timestamp,
) -> Result<(), storage::Error> {
    let detail = json!({ "template": row.id, "kind": row.kind });
    crate::organisation::note(tx, actor, action, "office", row.office_id.0, detail, at)
}
