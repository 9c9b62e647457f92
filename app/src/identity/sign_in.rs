//! Signing in: phone and code, or phone and password. Registering is the same with a number that is new.

use axum::{Form, extract::Query, response::Response};
use backend::identity::{
    CodeRefused, FieldError, FormDraft, SignInError, SignedIn, Viewer, profile, request_code,
    sign_in_with_code, sign_in_with_password, sign_out,
};
use domain::identity::Phone;
use leptos::prelude::*;
use serde::Deserialize;

use super::code::{self, CodePage};
use super::forms::{self, Answers, Mistakes, answer, go, go_signed_out};
use crate::{
    errors::{PageError, see_other, with_next},
    preferences::same_site_path,
    ui::{
        CitizenLayout, ErrorSummary, Frame, PageHead, PasswordField, Place, SubmitButton, TabLink, Tabs,
        TextField, TextKind,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

const PHONE_FORM: &str = "sign-in";
const CODE_FORM: &str = "sign-in-code";
const PASSWORD_FORM: &str = "sign-in-password";
const LONGEST_PASSWORD: usize = 1024;

#[derive(Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    pub next: String,
    /// Something to be said once, by its code.
    #[serde(default)]
    pub done: String,
    /// The form comes back with what is wrong in it. Whoever opens the page anew finds it empty: it may be another
    /// person at the same device.
    pub checked: Option<String>,
}

/// Back to a form that is to say what is wrong.
pub(super) fn checked(path: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}checked#error-summary")
}

impl Way {
    /// The draft of `form`, where this is the way back to it.
    pub async fn draft(&self, visit: &Visit, form: &'static str) -> Result<FormDraft, PageError> {
        match &self.checked {
            Some(_) => forms::draft(visit, form).await,
            None => Ok(FormDraft::default()),
        }
    }

    /// Where to go on, a path of this site.
    pub fn next(&self) -> String {
        same_site_path(&self.next).to_owned()
    }
}

/// What is wrong with a text that is no phone number.
pub(super) fn phone_code(typed: &str) -> &'static str {
    if typed.is_empty() { "phone-missing" } else { "phone-malformed" }
}

/// Signed in already, one goes on at once.
fn signed_in_already(visit: &Visit, next: &str) -> Option<Response> {
    visit.actor().person().ok().map(|_| see_other(if next == "/" { "/me" } else { next }))
}

pub(super) async fn phone(visit: Visit, Query(way): Query<Way>) -> PageResult {
    match signed_in_already(&visit, &way.next()) {
        Some(response) => Ok(response),
        None => phone_page(visit, &way, None).await,
    }
}

/// Proving again who one is: the same pages, though signed in.
pub(super) async fn again(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let own = profile(visit.backend(), &me).await?;
    let phone = own.phone.map(|phone| phone.as_str().to_owned()).unwrap_or_default();
    phone_page(visit, &way, Some(phone)).await
}

async fn phone_page(visit: Visit, way: &Way, again: Option<String>) -> PageResult {
    let (next, draft) = (way.next(), way.draft(&visit, PHONE_FORM).await?);
    let mistakes = Mistakes::of(&visit, &draft);
    let (is_again, value) = (again.is_some(), again.unwrap_or_else(|| draft.get("phone").to_owned()));
    let heading = words::text(visit.locale, if is_again { "sign-in-again" } else { "sign-in" });
    let title = mistakes.title(visit.locale, &heading);
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/" place=Place::Me narrow=true>
                <PageHead title=heading lead=t!(if is_again { "sign-in-again-why" } else { "sign-in-lead" })/>
                <div class="stack">
                {ways(&next, false)}
                <form class="form card stack" method="post" action="/sign-in" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <input type="hidden" name="next" value=next/>
                    <TextField
                        name="phone"
                        label=t!("phone")
                        hint=t!("phone-hint")
                        value
                        error=mistakes.at("phone")
                        kind=TextKind::Phone
                        maxlength=20
                    />
                    <SubmitButton label=t!("send-code") block=true/>
                </form>
                <p class="hint">
                    <a href="/privacy">{t!("sign-in-privacy")}</a>
                </p>
            </div>
            </CitizenLayout>
        }
    })
}

/// The two ways to sign in, as tabs.
fn ways(next: &str, password: bool) -> impl IntoView + use<> {
    let links = vec![
        TabLink {
            href: with_next("/sign-in", next),
            label: t!("sign-in-by-code"),
            count: None,
            current: !password,
        },
        TabLink {
            href: with_next("/sign-in/password", next),
            label: t!("sign-in-by-password"),
            count: None,
            current: password,
        },
    ];
    view! { <Tabs label=t!("sign-in-ways") links/> }
}

pub(super) async fn send_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    send(&visit, &answers).await
}

/// Sends a code to the number of the code page.
pub(super) async fn send_again(visit: Visit) -> PageResult {
    let draft = forms::draft(&visit, CODE_FORM).await?;
    send(&visit, &draft.answers).await
}

async fn send(visit: &Visit, answers: &Answers) -> PageResult {
    let next = forms::next(answers);
    let (viewer, token) = forms::session(visit).await?;
    let kept = forms::kept(answers, &["phone", "next"]);
    let Ok(phone) = Phone::parse(answer(answers, "phone")) else {
        let error = FieldError::new("phone", phone_code(answer(answers, "phone")));
        forms::keep(visit, &viewer, PHONE_FORM, kept, vec![error]).await?;
        return Ok(go(visit, &checked(&with_next("/sign-in", &next)), token.as_ref()));
    };
    let sent = request_code(visit.backend(), viewer.session.id, &phone, visit.address, visit.locale).await;
    let refused = match sent {
        Ok(sent) => {
            forms::forget(visit, &viewer, PHONE_FORM).await?;
            let mut kept = kept;
            code::note(&mut kept, sent);
            forms::keep(visit, &viewer, CODE_FORM, kept, Vec::new()).await?;
            return Ok(go(visit, "/sign-in/code", token.as_ref()));
        }
        Err(CodeRefused::Storage(error)) => return Err(error.into()),
        Err(refused) => refused,
    };
    // One who has a code already stays with it; the others learn it beside the number.
    let code_form = forms::draft(visit, CODE_FORM).await?;
    let error = |field| FieldError::new(field, refused.code().unwrap_or_default()).until(refused.retry_at());
    if code_form.get("phone") == phone.as_str() || code_form.get("phone") == answer(answers, "phone") {
        forms::keep(visit, &viewer, CODE_FORM, code_form.answers, vec![error("code")]).await?;
        return Ok(go(visit, "/sign-in/code", token.as_ref()));
    }
    forms::keep(visit, &viewer, PHONE_FORM, kept, vec![error("phone")]).await?;
    Ok(go(visit, &checked(&with_next("/sign-in", &next)), token.as_ref()))
}

pub(super) async fn code_page(visit: Visit) -> PageResult {
    let draft = forms::draft(&visit, CODE_FORM).await?;
    let Ok(phone) = Phone::parse(draft.get("phone")) else {
        return Ok(signed_in_already(&visit, "/").unwrap_or_else(|| see_other("/sign-in")));
    };
    let text = |key| words::text(visit.locale, key);
    let page = CodePage {
        lead: words::with(visit.locale, "code-lead", &[("phone", phone.masked().into())]),
        hint: text("code-hint"),
        submit: text("sign-in-now"),
        action: "/sign-in/code",
        resend: "/sign-in/resend",
        back: with_next("/sign-in", draft.get("next")),
        other: text("phone-change"),
    };
    code::show(&visit, &draft, page)
}

pub(super) async fn check_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let draft = forms::draft(&visit, CODE_FORM).await?;
    let (Some(viewer), Ok(phone)) = (visit.viewer.as_deref(), Phone::parse(draft.get("phone"))) else {
        // A second click after the first one signed in, or a form from long ago.
        return Ok(see_other("/sign-in"));
    };
    let wrong =
        |error: FieldError| forms::keep(&visit, viewer, CODE_FORM, draft.answers.clone(), vec![error]);
    let digits = match code::typed(&answers) {
        Ok(digits) => digits,
        Err(error) => {
            wrong(error).await?;
            return Ok(see_other("/sign-in/code"));
        }
    };
    let preferences = visit.preferences.to_json();
    let entered =
        sign_in_with_code(visit.backend(), &viewer.session, &phone, &digits, visit.address, preferences)
            .await;
    match entered {
        Ok(signed_in) => {
            forms::forget(&visit, viewer, CODE_FORM).await?;
            Ok(welcome(&visit, &signed_in, &forms::next(&draft.answers)))
        }
        Err(error) => {
            wrong(field_error("code", error)?).await?;
            Ok(see_other("/sign-in/code"))
        }
    }
}

/// A new account goes on to prove identity, any other where it wanted to.
fn welcome(visit: &Visit, signed_in: &SignedIn, next: &str) -> Response {
    let to = match (signed_in.is_new, next) {
        (true, _) => with_next("/me/verify", next),
        (false, "/") => "/me".to_owned(),
        (false, next) => next.to_owned(),
    };
    go(visit, &to, Some(&signed_in.token))
}

/// The mistake beside `field`; a failure of the portal is none.
pub(super) fn field_error(field: &str, error: SignInError) -> Result<FieldError, PageError> {
    match error {
        SignInError::Storage(error) => Err(error.into()),
        SignInError::Busy => Err(PageError::Unavailable),
        SignInError::Code(wrong) => Ok(code::wrong(&wrong)),
        error => Ok(FieldError::new(field, error.code().unwrap_or_default()).until(error.retry_at())),
    }
}

pub(super) async fn password(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let next = way.next();
    // Signed in and here again: to prove once more who one is.
    if visit.actor().require_recent().is_ok()
        && let Some(response) = signed_in_already(&visit, &next)
    {
        return Ok(response);
    }
    let draft = way.draft(&visit, PASSWORD_FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let heading = words::text(visit.locale, "sign-in");
    let title = mistakes.title(visit.locale, &heading);
    let value = draft.get("phone").to_owned();
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/" place=Place::Me narrow=true>
                <PageHead title=heading lead=t!("sign-in-password-lead")/>
                <div class="stack">
                {ways(&next, true)}
                <form class="form card stack" method="post" action="/sign-in/password" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <input type="hidden" name="next" value=next.clone()/>
                    <TextField
                        name="phone"
                        label=t!("phone")
                        value
                        error=mistakes.at("phone")
                        kind=TextKind::Phone
                        maxlength=20
                        autocomplete="username"
                    />
                    <PasswordField name="password" label=t!("password") error=mistakes.at("password")/>
                    <SubmitButton label=t!("sign-in-now") block=true/>
                </form>
                <p class="hint">
                    {t!("password-forgotten")} " " <a href=with_next("/sign-in", &next)>{t!("sign-in-by-code")}</a>
                </p>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn check_password(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let next = forms::next(&answers);
    let (viewer, token) = forms::session(&visit).await?;
    let typed = answers.get("password").map_or("", String::as_str);
    let phone = Phone::parse(answer(&answers, "phone"));
    let mut errors = Vec::new();
    if phone.is_err() {
        errors.push(FieldError::new("phone", phone_code(answer(&answers, "phone"))));
    }
    if typed.is_empty() || typed.len() > LONGEST_PASSWORD {
        errors.push(FieldError::new(
            "password",
            if typed.is_empty() { "password-missing" } else { "password-wrong" },
        ));
    }
    if let (Ok(phone), true) = (phone, errors.is_empty()) {
        match sign_in_with_password(visit.backend(), &viewer.session, &phone, typed, visit.address).await {
            Ok(signed_in) => {
                forms::forget(&visit, &viewer, PASSWORD_FORM).await?;
                return Ok(welcome(&visit, &signed_in, &next));
            }
            Err(error) => errors.push(field_error("password", error)?),
        }
    }
    keep_number(&visit, &viewer, &answers, errors).await?;
    Ok(go(&visit, &checked(&with_next("/sign-in/password", &next)), token.as_ref()))
}

/// The number is kept, the password never.
async fn keep_number(
    visit: &Visit,
    viewer: &Viewer,
    answers: &Answers,
    errors: Vec<FieldError>,
) -> Result<(), PageError> {
    forms::keep(visit, viewer, PASSWORD_FORM, forms::kept(answers, &["phone", "next"]), errors).await
}

pub(super) async fn leave(visit: Visit) -> PageResult {
    if let Some(viewer) = &visit.viewer {
        sign_out(visit.backend(), viewer).await?;
    }
    Ok(go_signed_out(&visit, "/"))
}
