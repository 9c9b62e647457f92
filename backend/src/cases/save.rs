//! Keeping what was typed, even when it is wrong.

use std::collections::BTreeSet;

use domain::cases::Raw;
use domain::cases::form::{MAX_ROWS, described_control};
use domain::catalog::field::{Field, FieldType};
use domain::ids::CaseId;
use storage::cases::case;

use super::CaseError;
use super::load::{own_draft_to_change, seal_raw};
use crate::Backend;
use crate::identity::Actor;

/// Longest value of one control kept, in bytes: longer than any valid answer, so that what is too long can be shown
/// and shortened.
const MAX_VALUE: usize = 400_000;

/// All values of a draft, in bytes.
pub(super) const MAX_DRAFT: usize = 2 << 20;

/// Replaces the answers of one step by what was posted; controls the step does not have are ignored. What was typed
/// is kept whatever it is.
pub async fn save_step(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    step: &str,
    posted: Raw,
) -> Result<(), CaseError> {
    actor.verified_person()?;
    let (backend_of_job, actor, step) = (backend.clone(), actor.clone(), step.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_draft_to_change(backend, tx, &actor, id).await?;
                let fields = &opened.service.definition.steps.iter().find(|s| s.id == step);
                let fields = &fields.ok_or(CaseError::NotFound)?.fields;
                let mut raw = opened.raw.clone();
                replace(&mut raw, fields.iter().collect(), posted);
                if typed_bytes(&raw) > MAX_DRAFT {
                    return Err(CaseError::TooLarge);
                }
                let sealed = seal_raw(backend, id, &raw);
                if !case::save_typed(tx, id, opened.row.version, &sealed, backend.now()).await? {
                    return Err(CaseError::Changed);
                }
                Ok(())
            })
        })
        .await
}

/// What was typed, in bytes.
pub(super) fn typed_bytes(raw: &Raw) -> usize {
    raw.values().flatten().map(String::len).sum()
}

/// Replaces the answers of `fields` by what was posted; files stay.
pub(super) fn replace(raw: &mut Raw, mut fields: Vec<&Field>, posted: Raw) {
    fields.retain(|field| field.kind != FieldType::File);
    let mut allowed = BTreeSet::new();
    for field in &fields {
        controls(field, &field.id, &posted, &mut allowed);
    }
    let owned: BTreeSet<&str> = fields.iter().map(|f| f.id.as_str()).collect();
    raw.retain(|control, _| !owned.contains(control.split(['.', '-']).next().unwrap_or_default()));
    for (control, mut values) in posted {
        if allowed.contains(&control) {
            values.truncate(2 * MAX_ROWS);
            for value in &mut values {
                let mut end = value.len().min(MAX_VALUE);
                while !value.is_char_boundary(end) {
                    end -= 1;
                }
                value.truncate(end);
            }
            raw.insert(control, values);
        }
    }
}

/// The names of all controls of a field, as far as rows were posted.
fn controls(field: &Field, control: &str, posted: &Raw, names: &mut BTreeSet<String>) {
    if field.options_from.is_some() {
        names.insert(described_control(control));
    }
    match field.kind {
        FieldType::Date => {
            names.insert(control.to_owned());
            names.extend(["year", "month", "day"].map(|part| format!("{control}-{part}")));
        }
        FieldType::Address => names.extend([format!("{control}.region"), format!("{control}.detail")]),
        FieldType::Person => names.extend([format!("{control}.name"), format!("{control}.id_number")]),
        FieldType::Group => {
            names.insert(control.to_owned());
            let rows = posted.get(control).and_then(|v| v.first()).and_then(|n| n.parse().ok()).unwrap_or(0);
            for row in 0..usize::min(rows, MAX_ROWS) {
                for inner in &field.fields {
                    controls(inner, &format!("{control}.{row}.{}", inner.id), posted, names);
                }
            }
        }
        _ => {
            names.insert(control.to_owned());
        }
    }
}
