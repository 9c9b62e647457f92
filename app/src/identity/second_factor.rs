//! The second factor of staff: its page at sign-in, and the page where it is set up, renewed and removed.

use axum::Form;
use backend::certificates::qr;
use backend::identity::{
    FieldError, Proof, SecondFactorError, SecondFactorPolicy, SecondFactorView, StaffMember, Viewer,
    begin_second_factor, confirm_second_factor, forget_recovery_codes, give_second_factor, half_signed_in,
    remove_second_factor, second_factor,
};
use domain::identity::TotpSecret;
use leptos::prelude::*;

use super::forms::{self, Answers, Mistakes, answer, go};
use super::sign_in::checked;
use super::{code, staff};
use crate::{
    errors::{PageError, see_other, with_next},
    ui::{
        Alert, AlertKind, ButtonKind, Card, CitizenLayout, CodeField, Disclosure, ErrorSummary, Frame,
        PageHead, QrFigure, SubmitButton, TextField, Width,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

/// The form of the code at sign-in, with the page to go on to.
pub(super) const SIGN_IN_FORM: &str = "staff-sign-in-code";
const FORM: &str = "staff-second-factor";
const PATH: &str = "/staff/second-factor";

/// The code after the password.
pub(super) async fn sign_in_code(visit: Visit) -> PageResult {
    let draft = forms::draft(&visit, SIGN_IN_FORM).await?;
    let to = staff::next(draft.get("next")).to_owned();
    let Some(half) = half_of(&visit).await? else {
        return Ok(see_other(&with_next("/staff/sign-in", &to)));
    };
    let mistakes = Mistakes::of(&visit, &draft);
    let heading = words::text(visit.locale, "second-factor-code-title");
    let title = mistakes.title(visit.locale, &heading);
    let frame = Frame::of(&visit);
    let back = with_next("/staff/sign-in", &to);
    let lost = mistakes.at("recovery").is_some();
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back=back narrow=true tabs=false>
                <PageHead title=heading lead=t!("second-factor-code-lead")/>
                <div class="stack">
                <form class="form card stack" method="post" action="/staff/sign-in/code" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <p>{t!("staff-login")}" "<strong>{half}</strong></p>
                    <CodeField
                        name="code"
                        label=t!("second-factor-code")
                        hint=t!("second-factor-code-hint")
                        error=mistakes.at("code")
                    />
                    <SubmitButton label=t!("sign-in-now") block=true/>
                </form>
                <Disclosure summary=t!("second-factor-lost") open=lost>
                    <form class="form stack" method="post" action="/staff/sign-in/code" novalidate=true>
                        <TextField
                            name="recovery"
                            label=t!("second-factor-recovery")
                            hint=t!("second-factor-recovery-hint")
                            error=mistakes.at("recovery")
                            autocomplete="off"
                            maxlength=40
                            width=Width::Twenty
                        />
                        <SubmitButton label=t!("second-factor-recovery-use") kind=ButtonKind::Secondary/>
                    </form>
                    <p class="hint">{t!("second-factor-lost-text")}</p>
                </Disclosure>
            </div>
            </CitizenLayout>
        }
    })
}

/// The login that waits for its second factor in the session of this browser.
async fn half_of(visit: &Visit) -> Result<Option<String>, PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(None) };
    Ok(half_signed_in(visit.backend(), viewer.session.id).await?.map(|half| half.login))
}

pub(super) async fn check_sign_in_code(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let draft = forms::draft(&visit, SIGN_IN_FORM).await?;
    let to = staff::next(draft.get("next")).to_owned();
    let Some(viewer) = visit.viewer.as_deref() else {
        return Ok(see_other(&with_next("/staff/sign-in", &to)));
    };
    let (field, proof) = if answers.contains_key("recovery") {
        ("recovery", recovery(answer(&answers, "recovery")))
    } else {
        ("code", code::typed(&answers).map(Proof::Code))
    };
    let error = match proof {
        Err(error) => error,
        Ok(proof) => {
            let given = give_second_factor(visit.backend(), &viewer.session, &proof, visit.address).await;
            match given {
                Ok(signed_in) => {
                    let to = if signed_in.must_change { "/staff/password" } else { &to };
                    // The session of somebody else has ended with its forms.
                    forms::forget(&visit, viewer, SIGN_IN_FORM).await?;
                    return Ok(go(&visit, to, Some(&signed_in.token)));
                }
                Err(SecondFactorError::NotAsked | SecondFactorError::Stale) => {
                    let error = FieldError::new("password", "second-factor-not-asked");
                    forms::forget(&visit, viewer, SIGN_IN_FORM).await?;
                    forms::keep(&visit, viewer, staff::FORM, Answers::new(), vec![error]).await?;
                    return Ok(see_other(&checked(&with_next("/staff/sign-in", &to))));
                }
                Err(error) => field_error(&visit, field, error)?,
            }
        }
    };
    forms::keep(&visit, viewer, SIGN_IN_FORM, forms::kept(&draft.answers, &["next"]), vec![error]).await?;
    Ok(see_other("/staff/sign-in/code"))
}

fn recovery(typed: &str) -> Result<Proof, FieldError> {
    if typed.is_empty() {
        return Err(FieldError::new("recovery", "second-factor-recovery-missing"));
    }
    Ok(Proof::recovery(typed))
}

/// The member's page about it.
pub(super) async fn show(visit: Visit) -> PageResult {
    let member = member(&visit)?.clone();
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let shown = second_factor(visit.backend(), viewer).await.map_err(|error| failure(&visit, error))?;
    let draft = forms::draft(&visit, FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let heading = words::text(visit.locale, "second-factor-title");
    let title = mistakes.title(visit.locale, &heading);
    let required = visit.backend().staff.second_factor == SecondFactorPolicy::Required;
    let name = visit.state.site.name.get(visit.locale).to_owned();
    let frame = Frame::of(&visit);
    let back = if member.must_enrol { "/" } else { "/staff/me" };
    let code = shown.offered.as_ref().map(|secret| offered_code(&visit, secret, &name, &member.login));
    let code = code.transpose()?;
    visit.page(title, move || {
        let SecondFactorView { confirmed_at, recovery_left, offered, fresh_codes } = shown;
        let content = if !fresh_codes.is_empty() {
            fresh(fresh_codes).into_any()
        } else if let (Some(secret), Some(svg)) = (offered, code) {
            offer(&secret, svg, &mistakes).into_any()
        } else if let Some(at) = confirmed_at {
            let since = t!("second-factor-on", time = at.display_minutes(), n = recovery_left);
            standing(since, !required, &mistakes).into_any()
        } else {
            begin(member.must_enrol, &mistakes).into_any()
        };
        view! {
            <CitizenLayout frame bar_title=heading.clone() back=back narrow=true tabs=false>
                <PageHead title=heading lead=t!("second-factor-lead")/>
                <div class="stack">{content}</div>
                {member.must_enrol
                    .then(|| {
                        view! {
                            <form method="post" action="/staff/sign-out">
                                <SubmitButton label=t!("sign-out") kind=ButtonKind::Quiet block=true/>
                            </form>
                        }
                    })}
            </CitizenLayout>
        }
    })
}

/// The QR code that an authenticator reads.
fn offered_code(visit: &Visit, secret: &TotpSecret, name: &str, login: &str) -> Result<String, PageError> {
    let code = qr::encode(&secret.uri(name, login)).map_err(|error| {
        tracing::error!(%error, "a second factor cannot be shown");
        PageError::Internal
    })?;
    Ok(code.to_svg(&words::text(visit.locale, "second-factor-qr")))
}

/// Nothing is set up.
fn begin(must: bool, mistakes: &Mistakes) -> impl IntoView + use<> {
    let kind = if must { AlertKind::Warning } else { AlertKind::Info };
    let title = if must { t!("second-factor-must") } else { t!("second-factor-off") };
    view! {
        <Alert title kind><p>{t!("second-factor-off-text")}</p></Alert>
        <form class="form stack" method="post" action=PATH>
            <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
            <input type="hidden" name="act" value="begin"/>
            <SubmitButton label=t!("second-factor-begin") block=true/>
        </form>
    }
}

/// A secret to be taken over, and the first code asked for.
fn offer(secret: &TotpSecret, svg: String, mistakes: &Mistakes) -> impl IntoView + use<> {
    let letters = secret.to_base32();
    let groups: Vec<&str> = (0..letters.len()).step_by(4).map(|at| &letters[at..at + 4]).collect();
    let groups = groups.join(" ");
    view! {
        <Card title=t!("second-factor-scan")>
            <p>{t!("second-factor-scan-text")}</p>
            <QrFigure svg label=t!("second-factor-qr") caption=t!("second-factor-scan-caption")/>
            <Disclosure summary=t!("second-factor-type")>
                <p>{t!("second-factor-type-text")}</p>
                <p class="copy mono">{groups}</p>
            </Disclosure>
        </Card>
        <form class="form card stack" method="post" action=PATH novalidate=true>
            <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
            <input type="hidden" name="act" value="confirm"/>
            <CodeField
                name="code"
                label=t!("second-factor-first-code")
                hint=t!("second-factor-code-hint")
                error=mistakes.at("code")
            />
            <SubmitButton label=t!("confirm") block=true/>
        </form>
    }
}

/// Recovery codes, this once.
fn fresh(codes: Vec<String>) -> impl IntoView {
    let codes = codes.into_iter().map(|code| view! { <li class="mono">{code}</li> }).collect_view();
    view! {
        <Alert title=t!("second-factor-done") kind=AlertKind::Success>
            <p>{t!("second-factor-codes-text")}</p>
        </Alert>
        <Card title=t!("second-factor-codes")>
            <ol>{codes}</ol>
        </Card>
        <form method="post" action=PATH>
            <input type="hidden" name="act" value="kept"/>
            <SubmitButton label=t!("second-factor-codes-kept") block=true/>
        </form>
    }
}

/// It is set up; another one can be, and none where none is required.
fn standing(since: String, may_remove: bool, mistakes: &Mistakes) -> impl IntoView + use<> {
    view! {
        <Alert title=since kind=AlertKind::Success/>
        <form class="form card stack" method="post" action=PATH novalidate=true>
            <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
            <p>{t!("second-factor-change-text")}</p>
            <TextField
                name="proof"
                label=t!("second-factor-proof")
                hint=t!("second-factor-proof-hint")
                error=mistakes.at("proof")
                autocomplete="one-time-code"
                maxlength=40
                width=Width::Twenty
            />
            <SubmitButton label=t!("second-factor-renew") name="act" value="renew" block=true/>
            {may_remove
                .then(|| {
                    view! {
                        <SubmitButton
                            label=t!("second-factor-remove")
                            name="act"
                            value="remove"
                            kind=ButtonKind::Secondary
                            block=true
                        />
                    }
                })}
        </form>
    }
}

pub(super) async fn change(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    member(&visit)?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let done = match answer(&answers, "act") {
        "begin" => begin_second_factor(visit.backend(), viewer, None).await.map_err(Refused::Error),
        "kept" => {
            let kept = forget_recovery_codes(visit.backend(), viewer).await;
            kept.map_err(|error| failure(&visit, error))?;
            return Ok(see_other("/staff"));
        }
        "confirm" => match confirm(&visit, viewer, &answers).await {
            Ok(response) => return Ok(response),
            Err(refused) => Err(refused),
        },
        "renew" => prove(&visit, viewer, &answers, false).await,
        "remove" => prove(&visit, viewer, &answers, true).await,
        _ => return Ok(see_other(PATH)),
    };
    let error = match done {
        Ok(()) => {
            forms::forget(&visit, viewer, FORM).await?;
            return Ok(see_other(PATH));
        }
        Err(Refused::Typed(error)) => error,
        // Nothing is begun any more: the page says so by what it shows.
        Err(Refused::Error(SecondFactorError::NotBegun | SecondFactorError::Stale)) => {
            return Ok(see_other(PATH));
        }
        Err(Refused::Error(error)) => {
            let field = if answer(&answers, "act") == "confirm" { "code" } else { "proof" };
            field_error(&visit, field, error)?
        }
    };
    forms::keep(&visit, viewer, FORM, Answers::new(), vec![error]).await?;
    Ok(see_other(&format!("{PATH}#error-summary")))
}

/// Why nothing was changed.
enum Refused {
    /// What was typed is no code.
    Typed(FieldError),
    Error(SecondFactorError),
}

async fn confirm(
    visit: &Visit,
    viewer: &Viewer,
    answers: &Answers,
) -> Result<axum::response::Response, Refused> {
    let digits = code::typed(answers).map_err(Refused::Typed)?;
    let confirmed = confirm_second_factor(visit.backend(), viewer, &digits).await;
    let token = confirmed.map_err(Refused::Error)?;
    let forgotten = forms::forget(visit, viewer, FORM).await;
    // What it says is about a form that is not there any more.
    drop(forgotten);
    Ok(go(visit, PATH, Some(&token)))
}

/// Renews or removes it with a code of the present one.
async fn prove(visit: &Visit, viewer: &Viewer, answers: &Answers, remove: bool) -> Result<(), Refused> {
    let typed = answer(answers, "proof");
    if typed.is_empty() {
        return Err(Refused::Typed(FieldError::new("proof", "second-factor-proof-missing")));
    }
    let digits = [("code".to_owned(), typed.to_owned())].into();
    let proof = code::typed(&digits).map_or_else(|_| Proof::recovery(typed), Proof::Code);
    let done = if remove {
        remove_second_factor(visit.backend(), viewer, &proof).await
    } else {
        begin_second_factor(visit.backend(), viewer, Some(&proof)).await
    };
    done.map_err(Refused::Error)
}

/// The member of staff who is signed in with a password of their own.
fn member(visit: &Visit) -> Result<&StaffMember, PageError> {
    let member = visit.any_staff()?;
    if member.must_change { Err(PageError::PasswordNeeded) } else { Ok(member) }
}

/// The mistake beside `field`; else where to go instead.
fn field_error(visit: &Visit, field: &str, error: SecondFactorError) -> Result<FieldError, PageError> {
    let Some(code) = error.code() else { return Err(failure(visit, error)) };
    let mistake = FieldError::new(field, code);
    Ok(match error {
        SecondFactorError::TooOften { retry_at } => mistake.until(Some(retry_at)),
        SecondFactorError::WrongAtSignIn { left } => mistake.count(left),
        _ => mistake,
    })
}

fn failure(visit: &Visit, error: SecondFactorError) -> PageError {
    match error {
        SecondFactorError::Denied(denied) => visit.denied(denied),
        SecondFactorError::Storage(error) => error.into(),
        _ => PageError::Conflict,
    }
}
