//! What the forms of this domain share: reading a post, keeping it, and saying what is wrong with it.

use std::collections::BTreeMap;

use axum::response::Response;
use backend::identity::{
    FieldError, FormDraft, Token, Viewer, forget_draft, form_draft, keep_draft, open_session_at,
};
use domain::text::Locale;
use domain::time::Timestamp;
use http::{HeaderValue, StatusCode, header::SET_COOKIE};

use super::{agent, cookie};
use crate::{
    errors::{PageError, see_other},
    preferences::same_site_path,
    ui::ErrorLink,
    visit::Visit,
    words,
};

/// What was posted, by name of the field.
pub(crate) type Answers = BTreeMap<String, String>;

/// The answer of a form's post, with the cookie of a session that is new or has a new token.
pub(super) fn go(visit: &Visit, to: &str, token: Option<&Token>) -> Response {
    let mut response = see_other(to);
    if let Some(token) = token {
        give(visit, &mut response, token);
    }
    response
}

/// Gives the browser the cookie of a session.
pub(super) fn give(visit: &Visit, response: &mut Response, token: &Token) {
    response.headers_mut().append(SET_COOKIE, cookie::give(&visit.state.site, token));
}

/// As [`go`], and the browser forgets its session.
pub(super) fn go_signed_out(visit: &Visit, to: &str) -> Response {
    let mut response = see_other(to);
    response.headers_mut().append(SET_COOKIE, cookie::take(&visit.state.site));
    response
}

/// The session of this browser; a new one if it has none.
pub(super) async fn session(visit: &Visit) -> Result<(Viewer, Option<Token>), PageError> {
    if let Some(viewer) = &visit.viewer {
        return Ok((Viewer::clone(viewer), None));
    }
    let label = visit.user_agent.as_ref().map(HeaderValue::as_bytes).map(String::from_utf8_lossy);
    let label = label.map(|text| agent::label(&text)).unwrap_or_default();
    match open_session_at(visit.backend(), &label, visit.address).await? {
        Ok((token, viewer)) => Ok((viewer, Some(token))),
        Err(_) => Err(PageError::Status(StatusCode::TOO_MANY_REQUESTS)),
    }
}

/// The answer to `field` without spaces around; empty when it was not sent.
pub(super) fn answer<'a>(answers: &'a Answers, field: &str) -> &'a str {
    answers.get(field).map_or("", |text| text.trim())
}

/// Where the form leads when it is done, a path of this site.
pub(super) fn next(answers: &Answers) -> String {
    same_site_path(answer(answers, "next")).to_owned()
}

/// The answers that are kept: those named, cut to a sensible length.
pub(super) fn kept(answers: &Answers, fields: &[&str]) -> Answers {
    fields
        .iter()
        .map(|field| ((*field).to_owned(), answer(answers, field).chars().take(2048).collect()))
        .collect()
}

/// The draft of `form` in the session of the visit.
pub(super) async fn draft(visit: &Visit, form: &'static str) -> Result<FormDraft, PageError> {
    match &visit.viewer {
        Some(viewer) => Ok(form_draft(visit.backend(), viewer.session.id, form).await?),
        None => Ok(FormDraft::default()),
    }
}

/// Keeps a draft in the session of `viewer`.
pub(super) async fn keep(
    visit: &Visit,
    viewer: &Viewer,
    form: &'static str,
    answers: Answers,
    errors: Vec<FieldError>,
) -> Result<(), PageError> {
    Ok(keep_draft(visit.backend(), viewer.session.id, form, &FormDraft { answers, errors }).await?)
}

pub(super) async fn forget(visit: &Visit, viewer: &Viewer, form: &'static str) -> Result<(), PageError> {
    Ok(forget_draft(visit.backend(), viewer.session.id, form).await?)
}

/// The words of a mistake; `{ $wait }` is how long to wait, `{ $n }` its number.
pub(crate) fn error_text(locale: Locale, error: &FieldError, now: Timestamp) -> String {
    let wait = error.until.map(|until| wait(locale, until.seconds_since(now))).unwrap_or_default();
    let values = [("wait", wait.into()), ("n", error.count.unwrap_or_default().into())];
    words::with(locale, &format!("error-{}", error.code), &values)
}

/// A time to wait in words, rounded up.
pub(super) fn wait(locale: Locale, seconds: i64) -> String {
    let seconds = seconds.max(1);
    let up = |unit: i64| (seconds + unit - 1) / unit;
    match seconds {
        ..120 => words::with(locale, "wait-seconds", &[("n", seconds.into())]),
        120..7200 => words::with(locale, "wait-minutes", &[("n", up(60).into())]),
        _ => words::with(locale, "wait-hours", &[("n", up(3600).into())]),
    }
}

/// The mistakes of a draft, in words.
pub(super) struct Mistakes {
    all: Vec<(String, String)>,
}

impl Mistakes {
    pub fn of(visit: &Visit, draft: &FormDraft) -> Self {
        let now = visit.backend().now();
        let said = |error: &FieldError| (error.field.clone(), error_text(visit.locale, error, now));
        Mistakes { all: draft.errors.iter().map(said).collect() }
    }

    /// What is wrong with `field`.
    pub fn at(&self, field: &str) -> Option<String> {
        self.all.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone())
    }

    /// For the error summary.
    pub fn links(&self) -> Vec<ErrorLink> {
        self.all.iter().map(|(field, text)| ErrorLink { field: field.clone(), text: text.clone() }).collect()
    }

    /// The title of a page, which says first that something is wrong.
    pub fn title(&self, locale: Locale, title: &str) -> String {
        if self.all.is_empty() {
            title.to_owned()
        } else {
            words::with(locale, "title-with-error", &[("title", title.into())])
        }
    }
}
