//! Choosing a password.

use axum::{Form, response::Response};
use backend::identity::{FieldError, SetPasswordError, profile, set_password};
use leptos::prelude::*;

use super::forms::{self, Answers, Mistakes, go};
use crate::{
    errors::{PageError, see_other},
    ui::{CitizenLayout, Disclosure, ErrorSummary, Frame, PageHead, PasswordField, Place, SubmitButton},
    visit::{PageResult, Visit},
    words::{self, t},
};

const FORM: &str = "set-password";

pub(super) async fn show(visit: Visit) -> PageResult {
    visit.person()?;
    visit.recent()?;
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let has_password = profile(visit.backend(), &me).await?.has_password;
    let draft = forms::draft(&visit, FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let heading = words::text(visit.locale, if has_password { "password-change" } else { "password-set" });
    let title = mistakes.title(visit.locale, &heading);
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/me" place=Place::Me narrow=true>
                <PageHead title=heading lead=t!("password-lead")/>
                <div class="stack">
                <form class="form card stack" method="post" action="/me/password" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <PasswordField
                        name="new"
                        label=t!("password-new")
                        hint=t!("password-hint")
                        error=mistakes.at("new")
                        fresh=true
                    />
                    <PasswordField
                        name="repeat"
                        label=t!("password-repeat")
                        error=mistakes.at("repeat")
                        fresh=true
                    />
                    <SubmitButton label=t!("save") block=true/>
                </form>
                <Disclosure summary=t!("password-tip") plain=true>
                    <p>{t!("password-tip-text")}</p>
                </Disclosure>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn change(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    visit.person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let errors = match new_password(&answers) {
        Err(errors) => errors,
        Ok(new) => match set_password(visit.backend(), viewer, new).await {
            Ok(token) => {
                forms::forget(&visit, viewer, FORM).await?;
                return Ok(go(&visit, "/me?done=password", Some(&token)));
            }
            Err(error) => vec![mistake(&visit, error)?],
        },
    };
    forms::keep(&visit, viewer, FORM, Answers::new(), errors).await?;
    Ok(retry())
}

fn retry() -> Response {
    see_other("/me/password")
}

/// The new password, typed twice alike.
pub(super) fn new_password(answers: &Answers) -> Result<&str, Vec<FieldError>> {
    let typed = |field: &str| answers.get(field).map_or("", String::as_str);
    match (typed("new"), typed("repeat")) {
        ("", _) => Err(vec![FieldError::new("new", "password-missing")]),
        (new, repeat) if new != repeat => Err(vec![FieldError::new("repeat", "password-repeat-differs")]),
        (new, _) => Ok(new),
    }
}

/// What is wrong with the form; else where to go instead.
pub(super) fn mistake(visit: &Visit, error: SetPasswordError) -> Result<FieldError, PageError> {
    match error {
        SetPasswordError::Storage(error) => Err(error.into()),
        SetPasswordError::Denied(denied) => Err(visit.denied(denied)),
        SetPasswordError::Busy => Err(PageError::Unavailable),
        SetPasswordError::TooOften { retry_at } => {
            Ok(FieldError::new("present", "too-often").until(Some(retry_at)))
        }
        error => {
            let field = if matches!(error, SetPasswordError::WrongPassword) { "present" } else { "new" };
            Ok(FieldError::new(field, error.code().unwrap_or_default()))
        }
    }
}
