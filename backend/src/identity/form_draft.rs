//! What was typed into a form, right or wrong, until it is done: post, keep, redirect, show.

use std::collections::BTreeMap;

use domain::ids::SessionId;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::identity::drafts::{self, Draft};

use crate::Backend;
use crate::sealing::Place;

/// Seconds a draft is kept after the last post.
const LIFETIME: i64 = 1800;

/// One mistake in a form, as a code; its words are chosen when it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Name of the field.
    pub field: String,
    /// Key of the words is `error-` and this.
    pub code: String,
    /// When it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// A number in the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

impl FieldError {
    pub fn new(field: &str, code: &str) -> Self {
        FieldError { field: field.to_owned(), code: code.to_owned(), ..FieldError::default() }
    }

    #[must_use]
    pub fn until(mut self, at: Option<Timestamp>) -> Self {
        self.until = at;
        self
    }

    #[must_use]
    pub fn count(mut self, count: i64) -> Self {
        self.count = Some(count);
        self
    }
}

/// The answers and mistakes of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormDraft {
    /// By name of the field, as typed. Never passwords or codes that were typed.
    pub answers: BTreeMap<String, String>,
    pub errors: Vec<FieldError>,
}

impl FormDraft {
    pub fn get(&self, field: &str) -> &str {
        self.answers.get(field).map_or("", String::as_str)
    }
}

// The column of the seal is the form, so that a draft opens as that of no other form.
fn place<'a>(form: &'a str, session: &'a SessionId) -> Place<'a> {
    Place::new("form_drafts", form, &session.0)
}

/// Keeps the draft of `form` in `session`, in place of an earlier one.
pub async fn keep_draft(
    backend: &Backend,
    session: SessionId,
    form: &'static str,
    draft: &FormDraft,
) -> Result<(), storage::Error> {
    let row = row(backend, session, form, draft);
    backend.db.write(move |tx| Box::pin(async move { drafts::put(tx, &row).await })).await
}

/// The draft as it is kept.
pub(super) fn row(backend: &Backend, session: SessionId, form: &'static str, draft: &FormDraft) -> Draft {
    let now = backend.now();
    Draft {
        session_id: session,
        form: form.to_owned(),
        answers: backend.seal_json(place(form, &session), &draft.answers),
        errors: json!(draft.errors),
        saved_at: now,
        expires_at: now.plus_seconds(LIFETIME),
    }
}

/// The draft of `form` in `session`; empty when there is none.
pub async fn form_draft(
    backend: &Backend,
    session: SessionId,
    form: &'static str,
) -> Result<FormDraft, storage::Error> {
    let now = backend.now();
    let Some(row) = drafts::find(&mut backend.db.read().await?, session, form, now).await? else {
        return Ok(FormDraft::default());
    };
    // A draft that cannot be opened is as good as none.
    let answers = backend.open_json(place(form, &session), &row.answers).unwrap_or_default();
    Ok(FormDraft { answers, errors: serde_json::from_value(row.errors).unwrap_or_default() })
}

/// The form is done.
pub async fn forget_draft(
    backend: &Backend,
    session: SessionId,
    form: &'static str,
) -> Result<(), storage::Error> {
    backend.db.write(move |tx| Box::pin(drafts::delete(tx, session, form))).await
}
