//! Templates filled for a case.

use domain::cases::{Placeholder, ReasonKind, Reference, Template};
use domain::ids::TemplateId;
use storage::cases::reason_templates;

use crate::Backend;
use crate::cases::queue::handler;
use crate::cases::{CaseError, Opened};
use crate::identity::{Actor, Denied};

/// A text that can be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    pub id: TemplateId,
    pub title: String,
    pub words: String,
}

/// The templates of the office that handles the case, filled. One that cannot be read any more, or
/// would not fit, is left out.
pub async fn ready(
    backend: &Backend,
    actor: &Actor,
    opened: &Opened,
    kind: ReasonKind,
) -> Result<Vec<Ready>, CaseError> {
    let row = &opened.row;
    if !handler(actor)?.handles(&row.department, row.place) {
        return Err(Denied::Forbidden.into());
    }
    let current = backend.organisation.current();
    let Some(office) = current.offices.get(&row.department, row.place) else { return Ok(Vec::new()) };
    let rows = reason_templates::of_kind(&mut backend.db.read().await?, office.id, kind).await?;
    let today = backend.now().date_in_china().to_string();
    let reference = row.reference.as_deref().and_then(|r| r.parse::<Reference>().ok());
    let value = |place| match place {
        Placeholder::Reference => reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        Placeholder::Service => opened.service.definition.name.zh.clone(),
        Placeholder::Office => office.name.zh.clone(),
        // While the clock stands there is no day.
        Placeholder::Due => row.due_on.clone().unwrap_or_else(|| "承诺时限".to_owned()),
        Placeholder::Today => today.clone(),
    };
    let filled = |row: reason_templates::TemplateRow| {
        let words = Template::parse(&row.words).ok()?.fill(value);
        // One that was kept when longer ones were may not fit its form.
        if words.chars().count() > kind.most() as usize {
            return None;
        }
        Some(Ready { id: row.id, title: row.title, words })
    };
    Ok(rows.into_iter().filter_map(filled).collect())
}
