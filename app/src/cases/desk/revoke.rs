//! Revoking a certificate: by its number, with a reason the holder will read, once more confirmed.

use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use backend::cases::{CaseError, MAX_REASON};
use backend::certificates::at_desk::{Issued, by_number};
use backend::certificates::revoke as act;
use backend::identity::{FieldError, FormDraft};
use domain::certificates::{CertificateNumber, CertificateStatus};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, notice};
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, ErrorSummary, PageHead, StaffLayout, SubmitButton, SummaryList,
    SummaryRow, TextArea, TextField, TextKind,
};
use crate::visit::{PageResult, Visit};
use crate::words::text;

const FORM: &str = "desk-revoke";
const PAGE: &str = "/staff/certificates/revoke";
/// One certificate at a time; which one stands in the draft.
const SUBJECT: &str = "certificate";

#[derive(Deserialize)]
pub(super) struct Look {
    /// From the case that brought the certificate.
    number: Option<String>,
    did: Option<String>,
}

/// A desk that may revoke, with the password given a short while ago.
async fn desk(visit: &Visit) -> Result<Desk, PageError> {
    let desk = Desk::of(visit, Spot::Revoke).await?;
    if !desk.may_decide {
        return Err(PageError::Forbidden);
    }
    match visit.recent() {
        // A post is not repeated after signing in: the draft is, on the form.
        Err(PageError::ReauthenticationNeeded { next }) if next.ends_with("/confirm") => {
            Err(PageError::ReauthenticationNeeded { next: PAGE.into() })
        }
        other => other.map(|()| desk),
    }
}

/// As written on the certificate: without spaces, in capitals.
fn tidy(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).take(200).collect()
}

pub(super) async fn ask(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = desk(&visit).await?;
    let locale = visit.locale;
    let mut kept = draft::of(&visit, FORM, SUBJECT).await?;
    if let Some(number) = look.number.map(|n| tidy(&n))
        && kept.get("number") != number
    {
        kept = FormDraft { answers: Typed::from([("number".to_owned(), number)]), errors: Vec::new() };
    }
    let links = draft::links(&visit, &kept.errors);
    let t = |key: &str| text(locale, key);
    let (title, lead) = (t("desk-revoke-title"), t("desk-revoke-lead"));
    let (number_label, number_hint) = (t("desk-certificate-number"), t("desk-revoke-number-hint"));
    let (reason_label, reason_hint) = (t("desk-revoke-reason"), t("desk-reason-words-hint"));
    let (go_on, summary) = (t("desk-go-on"), t("error-summary"));
    let (number, reason) = (kept.get("number").to_owned(), kept.get("reason").to_owned());
    let (number_error, reason_error) = (draft::at(&links, "number"), draft::at(&links, "reason"));
    let page_title = draft::title(&visit, &title, &links);
    visit.page(page_title, move || {
        let notice = notice(look.did.as_deref(), locale);
        view! {
            <StaffLayout frame=desk.frame notice>
                <PageHead title lead/>
                <form class="form desk-narrow" method="post" action=PAGE novalidate=true>
                    <ErrorSummary title=summary errors=links/>
                    <TextField name="number" label=number_label hint=number_hint value=number error=number_error kind=TextKind::Code maxlength=200/>
                    <TextArea name="reason" label=reason_label hint=reason_hint value=reason error=reason_error rows=4 maxlength=MAX_REASON/>
                    <div class="row"><SubmitButton label=go_on/></div>
                </form>
            </StaffLayout>
        }
    })
}

/// The certificate the number names, or what is wrong with the number.
async fn found(visit: &Visit, number: &str) -> Result<Result<Issued, FieldError>, PageError> {
    let wrong = |code| Ok(Err(FieldError::new("number", code)));
    if number.is_empty() {
        return wrong("desk-number-missing");
    }
    if number.parse::<CertificateNumber>().is_err() {
        return wrong("desk-number-wrong");
    }
    match by_number(visit.backend(), visit.actor(), number).await {
        Ok(issued) if issued.status == CertificateStatus::Revoked => wrong("desk-number-revoked"),
        Ok(issued) => Ok(Ok(issued)),
        Err(CaseError::NotFound) => wrong("desk-number-unknown"),
        Err(error) => Err(fail(visit, error)),
    }
}

pub(super) async fn keep(visit: Visit, Form(mut answers): Form<Typed>) -> PageResult {
    let number = tidy(typed(&answers, "number"));
    answers.insert("number".into(), number.clone());
    // Kept first: who must sign in again finds the form as it was.
    if visit.staff().is_ok() {
        draft::keep(&visit, FORM, SUBJECT, &answers, &["number", "reason"], Vec::new()).await?;
    }
    desk(&visit).await?;
    let mut errors: Vec<FieldError> = found(&visit, &number).await?.err().into_iter().collect();
    errors.extend(draft::wrong_words("reason", typed(&answers, "reason")));
    let to = if errors.is_empty() { format!("{PAGE}/confirm") } else { format!("{PAGE}#error-summary") };
    draft::keep(&visit, FORM, SUBJECT, &answers, &["number", "reason"], errors).await?;
    Ok(Redirect::to(&to).into_response())
}

/// A certificate in rows: what, whose, how long, and how it stands.
pub(super) fn certificate_rows(issued: &Issued, locale: Locale) -> Vec<SummaryRow> {
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let title = issued.service.definition.certificate.as_ref().map(|c| c.title.get(locale).to_owned());
    let until = match issued.row.valid_until {
        // Until midnight at the end of the day before.
        Some(until) => until.plus_seconds(-1).date_in_china().to_string(),
        None => text(locale, "desk-certificate-endless"),
    };
    let status = match issued.status {
        CertificateStatus::Valid => "valid",
        CertificateStatus::Expired => "expired",
        CertificateStatus::NotYetValid => "not-yet-valid",
        CertificateStatus::Revoked => "revoked",
        CertificateStatus::Suspended => "suspended",
    };
    let mut rows = vec![
        row("desk-certificate", title.unwrap_or_default()),
        row("desk-certificate-number", issued.row.number.clone()),
        row("desk-certificate-until", until),
        row("desk-certificate-status", text(locale, &format!("desk-certificate-{status}"))),
    ];
    if let Some(reason) = &issued.reason {
        rows.push(row("desk-revoke-reason", reason.clone()));
    }
    rows
}

/// The last look: which certificate, whose, and what the holder will read.
pub(super) async fn check(visit: Visit) -> PageResult {
    let desk = desk(&visit).await?;
    let kept = draft::of(&visit, FORM, SUBJECT).await?;
    let reason = kept.get("reason").to_owned();
    let issued = match found(&visit, kept.get("number")).await? {
        Ok(issued) if draft::wrong_words("reason", &reason).is_none() => issued,
        _ => return Ok(Redirect::to(PAGE).into_response()),
    };
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let mut rows = certificate_rows(&issued, locale);
    rows.insert(
        1,
        SummaryRow { name: t("desk-certificate-holder"), value: issued.holder.clone(), change: None },
    );
    rows.push(SummaryRow { name: t("desk-revoke-reason"), value: reason, change: None });
    let (title, effect, effect_text) =
        (t("desk-revoke-check"), t("desk-revoke-effect"), t("desk-revoke-effect-text"));
    let (yes, change) = (t("desk-revoke-yes"), t("desk-change-reason"));
    let number = issued.row.number;
    visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title/>
                <form class="stack desk-narrow" method="post" action=format!("{PAGE}/confirm")>
                    <input type="hidden" name="number" value=number/>
                    <SummaryList plain=true rows/>
                    <Alert kind=AlertKind::Warning title=effect><p>{effect_text}</p></Alert>
                    <div class="row">
                        <SubmitButton label=yes kind=ButtonKind::Danger/>
                        <ButtonLink href=PAGE label=change kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

#[derive(Deserialize)]
pub(super) struct Seen {
    /// The certificate that was looked at: another window may have begun with another one.
    number: String,
}

pub(super) async fn revoke(visit: Visit, Form(seen): Form<Seen>) -> PageResult {
    desk(&visit).await?;
    let kept = draft::of(&visit, FORM, SUBJECT).await?;
    let reason = kept.get("reason");
    if kept.get("number") != seen.number || draft::wrong_words("reason", reason).is_some() {
        return Ok(Redirect::to(PAGE).into_response());
    }
    act::revoke(visit.backend(), visit.actor(), &seen.number, reason).await.map_err(|e| fail(&visit, e))?;
    draft::forget(&visit, FORM).await?;
    Ok(Redirect::to(&format!("{PAGE}?did=revoked")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_people_copy_them() {
        assert_eq!(tidy(" 1.2.156 .3005.2.11a\n"), "1.2.156.3005.2.11A");
    }
}
