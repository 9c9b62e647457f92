//! The door of 掌上办公: staff sign in, prove again who they are before decisions, and choose passwords.

use axum::{Form, extract::Query};
use backend::identity::{FieldError, StaffEntry, change_staff_password, sign_in_as_staff, sign_out};
use leptos::prelude::*;

use super::forms::{self, Answers, Mistakes, answer, go, go_signed_out};
use super::oidc;
use super::password::{mistake, new_password};
use super::second_factor::SIGN_IN_FORM;
use super::sign_in::{Way, checked, field_error};
use crate::{
    errors::{PageError, see_other, with_next},
    ui::{
        Alert, AlertKind, ButtonKind, CitizenLayout, ErrorSummary, Frame, PageHead, PasswordField,
        SubmitButton, TextField,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

pub(super) const FORM: &str = "staff-sign-in";
const PASSWORD_FORM: &str = "staff-password";
const LONGEST_PASSWORD: usize = 1024;

/// Staff come back to a page of staff.
pub(super) fn next(path: &str) -> &str {
    if path == "/staff" || path.starts_with("/staff/") || path.starts_with("/staff?") {
        path
    } else {
        "/staff"
    }
}

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let to = next(&way.next()).to_owned();
    let staff = visit.viewer.as_ref().and_then(|v| v.staff()).cloned();
    if staff.is_some() && visit.recent().is_ok() {
        return Ok(see_other(&to));
    }
    let draft = way.draft(&visit, FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let again = staff.is_some();
    let heading = words::text(visit.locale, if again { "staff-again" } else { "staff-sign-in" });
    let title = mistakes.title(visit.locale, &heading);
    let login = staff.map_or_else(|| draft.get("login").to_owned(), |s| s.login);
    let frame = Frame::of(&visit);
    let service = oidc::label(&visit);
    visit.page(title, move || {
        let to_service = to.clone();
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/" narrow=true tabs=false>
                <PageHead title=heading lead=t!(if again { "staff-again-why" } else { "staff-sign-in-lead" })/>
                <div class="stack">
                <form class="form card stack" method="post" action="/staff/sign-in" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <input type="hidden" name="next" value=to/>
                    {if again {
                        // Who else wants to sign in here signs this one out first.
                        view! {
                            <input type="hidden" name="login" value=login.clone() autocomplete="username"/>
                            <p>{t!("staff-login")}" "<strong>{login}</strong></p>
                        }
                            .into_any()
                    } else {
                        view! {
                            <TextField
                                name="login"
                                label=t!("staff-login")
                                value=login
                                error=mistakes.at("login")
                                autocomplete="username"
                                maxlength=40
                            />
                        }
                            .into_any()
                    }}
                    <PasswordField name="password" label=t!("password") error=mistakes.at("password")/>
                    <SubmitButton label=t!(if again { "confirm" } else { "sign-in-now" }) block=true/>
                </form>
                {service
                    .map(|label| {
                        let error = mistakes.at(oidc::BUTTON);
                        view! {
                            <form class="form stack" id=oidc::BUTTON tabindex="-1" method="post" action="/staff/oidc/start">
                                {error.map(|text| view! { <p class="error">{text}</p> })}
                                <input type="hidden" name="next" value=to_service/>
                                <SubmitButton label kind=ButtonKind::Secondary block=true/>
                            </form>
                        }
                    })}
                <p class="hint">{t!("staff-forgotten")}</p>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn check(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let to = next(&forms::next(&answers)).to_owned();
    let (viewer, token) = forms::session(&visit).await?;
    let login = answer(&answers, "login");
    let typed = answers.get("password").map_or("", String::as_str);
    let mut errors = Vec::new();
    if login.is_empty() {
        errors.push(FieldError::new("login", "login-missing"));
    }
    if typed.is_empty() {
        errors.push(FieldError::new("password", "password-missing"));
    } else if typed.len() > LONGEST_PASSWORD || login.len() > 200 {
        errors.push(FieldError::new("password", "password-wrong"));
    }
    if errors.is_empty() {
        match sign_in_as_staff(visit.backend(), &viewer.session, login, typed, visit.address).await {
            Ok(StaffEntry::In(signed_in)) => {
                forms::forget(&visit, &viewer, FORM).await?;
                let to = if signed_in.must_change { "/staff/password" } else { &to };
                return Ok(go(&visit, to, Some(&signed_in.token)));
            }
            Ok(StaffEntry::SecondFactorNeeded(token)) => {
                forms::forget(&visit, &viewer, FORM).await?;
                let kept = [("next".to_owned(), to)].into();
                forms::keep(&visit, &viewer, SIGN_IN_FORM, kept, Vec::new()).await?;
                return Ok(go(&visit, "/staff/sign-in/code", Some(&token)));
            }
            Err(error) => errors.push(field_error("password", error)?),
        }
    }
    forms::keep(&visit, &viewer, FORM, forms::kept(&answers, &["login", "next"]), errors).await?;
    Ok(go(&visit, &checked(&with_next("/staff/sign-in", &to)), token.as_ref()))
}

pub(super) async fn leave(visit: Visit) -> PageResult {
    if let Some(viewer) = &visit.viewer {
        sign_out(visit.backend(), viewer).await?;
    }
    Ok(go_signed_out(&visit, "/staff/sign-in"))
}

pub(super) async fn password(visit: Visit) -> PageResult {
    let must_change = visit.any_staff()?.must_change;
    let draft = forms::draft(&visit, PASSWORD_FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let heading = words::text(visit.locale, "password-change");
    let title = mistakes.title(visit.locale, &heading);
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/staff" narrow=true tabs=false>
                <PageHead title=heading/>
                <div class="stack">
                {must_change
                    .then(|| view! { <Alert title=t!("staff-must-change") kind=AlertKind::Warning/> })}
                <form class="form card stack" method="post" action="/staff/password" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <PasswordField name="present" label=t!("password-present") error=mistakes.at("present")/>
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
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn change_password(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    visit.any_staff()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let present = answers.get("present").map_or("", String::as_str);
    let errors = match new_password(&answers) {
        Err(errors) => errors,
        Ok(_) if present.is_empty() => vec![FieldError::new("present", "password-missing")],
        Ok(new) => match change_staff_password(visit.backend(), viewer, present, new).await {
            Ok(token) => {
                forms::forget(&visit, viewer, PASSWORD_FORM).await?;
                return Ok(go(&visit, "/staff", Some(&token)));
            }
            Err(error) => vec![mistake(&visit, error)?],
        },
    };
    forms::keep(&visit, viewer, PASSWORD_FORM, Answers::new(), errors).await?;
    Ok(see_other("/staff/password"))
}
