//! What a clerk typed before it is done: kept in the session, for one case or certificate at a time.

use std::collections::BTreeMap;

use backend::cases::MAX_REASON;
use backend::identity::{FieldError, FormDraft, forget_draft, form_draft, keep_draft};
use domain::cases::Wrong;
use domain::cases::form::plain_text;

use crate::errors::PageError;
use crate::ui::ErrorLink;
use crate::visit::Visit;
use crate::words::with;

/// What was posted.
pub(crate) type Typed = BTreeMap<String, String>;

/// A field of the post, without spaces around.
pub(crate) fn typed<'a>(answers: &'a Typed, field: &str) -> &'a str {
    answers.get(field).map_or("", |v| v.trim())
}

/// The draft of `form` about `subject`; empty when it is about something else.
pub(crate) async fn of(visit: &Visit, form: &'static str, subject: &str) -> Result<FormDraft, PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(FormDraft::default()) };
    let draft = form_draft(visit.backend(), viewer.session.id, form).await?;
    Ok(if draft.get("subject") == subject { draft } else { FormDraft::default() })
}

/// Keeps the named fields of a post, cut to what is too long anyway.
pub(crate) async fn keep(
    visit: &Visit,
    form: &'static str,
    subject: &str,
    answers: &Typed,
    fields: &[&str],
    errors: Vec<FieldError>,
) -> Result<(), PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(()) };
    let cut = |field: &&str| ((*field).to_owned(), typed(answers, field).chars().take(5_000).collect());
    let mut kept: Typed = fields.iter().map(cut).collect();
    kept.insert("subject".into(), subject.into());
    let draft = FormDraft { answers: kept, errors };
    Ok(keep_draft(visit.backend(), viewer.session.id, form, &draft).await?)
}

pub(crate) async fn forget(visit: &Visit, form: &'static str) -> Result<(), PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(()) };
    Ok(forget_draft(visit.backend(), viewer.session.id, form).await?)
}

/// What is wrong with own words, if anything.
pub(crate) fn wrong_words(field: &str, words: &str) -> Option<FieldError> {
    wrong_text(field, words, (2, MAX_REASON), true, "desk-words-missing")
}

/// What is wrong with a text, if anything: `length` is its least and its most in characters, `missing` the code of one that
/// is too short.
pub(crate) fn wrong_text(
    field: &str,
    text: &str,
    length: (u32, u32),
    lines: bool,
    missing: &'static str,
) -> Option<FieldError> {
    let code = match plain_text(text, length.0, length.1, lines) {
        Ok(_) => return None,
        Err(Wrong::TooShort(_)) => missing,
        Err(Wrong::TooLong(_)) => "desk-words-too-long",
        Err(_) => "desk-words-forbidden",
    };
    Some(FieldError::new(field, code).count(i64::from(length.1)))
}

/// The mistakes of a draft, for the summary and beside the fields.
pub(crate) fn links(visit: &Visit, errors: &[FieldError]) -> Vec<ErrorLink> {
    let link = |e: &FieldError| {
        let n = e.count.unwrap_or_default();
        let text = with(visit.locale, &format!("error-{}", e.code), &[("n", n.into())]);
        ErrorLink { field: e.field.clone(), text }
    };
    errors.iter().map(link).collect()
}

/// What is wrong with `field`.
pub(crate) fn at(links: &[ErrorLink], field: &str) -> Option<String> {
    links.iter().find(|l| l.field == field).map(|l| l.text.clone())
}

/// The title of a page, which says first that something is wrong.
pub(crate) fn title(visit: &Visit, title: &str, links: &[ErrorLink]) -> String {
    if links.is_empty() {
        title.to_owned()
    } else {
        with(visit.locale, "title-with-error", &[("title", title.into())])
    }
}
