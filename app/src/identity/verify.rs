//! Proving identity: name and resident ID number.

use axum::{Form, extract::Query};
use backend::identity::{FieldError, VerifyIdentityError, verify_identity};
use domain::identity::PersonName;
use domain::identity::person_name::PersonNameError;
use domain::identity::resident_id::{ResidentId, ResidentIdError};
use leptos::prelude::*;

use super::forms::{self, Answers, Mistakes, answer, go};
use super::sign_in::Way;
use crate::{
    errors::{PageError, see_other, with_next},
    ui::{
        Alert, AlertKind, CitizenLayout, Disclosure, ErrorSummary, Frame, PageHead, Place, SubmitButton,
        TextField, TextKind,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

const FORM: &str = "verify-identity";

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let person = visit.person()?;
    if person.verified {
        return Ok(see_other(if way.next() == "/" { "/me" } else { &way.next }));
    }
    let draft = forms::draft(&visit, FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    // The other account that has this identity, by the end of its phone number.
    let taken = draft.errors.iter().find(|e| e.code == "identity-taken").map(|e| e.count.unwrap_or_default());
    let heading = words::text(visit.locale, "verify-title");
    let title = mistakes.title(visit.locale, &heading);
    let (name, id) = (draft.get("name").to_owned(), draft.get("resident_id").to_owned());
    let next = way.next();
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        let taken = taken.map(|end| {
            let end = if end < 0 { String::new() } else { format!("{end:02}") };
            let text =
                if end.is_empty() { t!("verify-taken-other") } else { t!("verify-taken-phone", end = end) };
            view! {
                <Alert title=t!("verify-taken-title") kind=AlertKind::Warning>
                    <p>{text}</p>
                    <form method="post" action="/sign-out">
                        <SubmitButton label=t!("verify-taken-leave") small=true/>
                    </form>
                </Alert>
            }
        });
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/me" place=Place::Me narrow=true>
                <PageHead title=heading lead=t!("verify-lead")/>
                <div class="stack">
                {taken}
                <form class="form card stack" method="post" action="/me/verify" novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <input type="hidden" name="next" value=next/>
                    <TextField
                        name="name"
                        label=t!("person-name")
                        hint=t!("person-name-hint")
                        value=name
                        error=mistakes.at("name")
                        kind=TextKind::Name
                        maxlength=60
                    />
                    <TextField
                        name="resident_id"
                        label=t!("resident-id")
                        hint=t!("resident-id-hint")
                        value=id
                        error=mistakes.at("resident_id")
                        kind=TextKind::ResidentId
                        maxlength=24
                    />
                    <SubmitButton label=t!("verify-now") block=true/>
                </form>
                <Disclosure summary=t!("verify-why") plain=true>
                    <p>{t!("verify-why-text")}</p>
                </Disclosure>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn check(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    visit.person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let next = forms::next(&answers);
    let today = visit.backend().now().date_in_china();
    let name = PersonName::parse(answers.get("name").map_or("", String::as_str));
    let id = ResidentId::parse_on(answer(&answers, "resident_id"), today);
    let errors = match (name, id) {
        (Ok(name), Ok(id)) => match verify_identity(visit.backend(), viewer, &name, &id, visit.address).await
        {
            Ok(token) => {
                forms::forget(&visit, viewer, FORM).await?;
                let to = if next == "/" { "/me?done=verified" } else { &next };
                return Ok(go(&visit, to, Some(&token)));
            }
            Err(VerifyIdentityError::Already) => {
                return Ok(see_other(if next == "/" { "/me" } else { &next }));
            }
            Err(VerifyIdentityError::Storage(error)) => return Err(error.into()),
            Err(VerifyIdentityError::Denied(denied)) => return Err(visit.denied(denied)),
            Err(error) => vec![refusal(&error)],
        },
        (name, id) => {
            let name = name.err().map(|e| FieldError::new("name", name_code(e)));
            let empty = answer(&answers, "resident_id").is_empty();
            let id = id.err().map(|e| FieldError::new("resident_id", id_code(e, empty)));
            name.into_iter().chain(id).collect()
        }
    };
    forms::keep(&visit, viewer, FORM, forms::kept(&answers, &["name", "resident_id", "next"]), errors)
        .await?;
    Ok(see_other(&with_next("/me/verify", &next)))
}

fn refusal(error: &VerifyIdentityError) -> FieldError {
    let code = error.code().unwrap_or_default();
    match error {
        VerifyIdentityError::NoMatch | VerifyIdentityError::NotActive | VerifyIdentityError::Stale => {
            FieldError::new("name", code)
        }
        VerifyIdentityError::Taken { phone_end } => {
            FieldError::new("resident_id", code).count(phone_end.parse().unwrap_or(-1))
        }
        VerifyIdentityError::TooOften { retry_at } => FieldError::new("name", code).until(Some(*retry_at)),
        _ => FieldError::new("name", code),
    }
}

pub(super) fn name_code(error: PersonNameError) -> &'static str {
    match error {
        PersonNameError::Empty => "name-missing",
        PersonNameError::TooLong => "name-too-long",
        PersonNameError::Characters => "name-characters",
    }
}

pub(super) fn id_code(error: ResidentIdError, empty: bool) -> &'static str {
    match error {
        _ if empty => "resident-id-missing",
        ResidentIdError::Length => "resident-id-length",
        ResidentIdError::FifteenDigits => "resident-id-fifteen-digits",
        ResidentIdError::Characters => "resident-id-characters",
        ResidentIdError::Region => "resident-id-region",
        ResidentIdError::BirthDate => "resident-id-birth-date",
        ResidentIdError::CheckCharacter => "resident-id-check-character",
    }
}
