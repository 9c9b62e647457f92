//! What the pages of the organisation share: their frame, forms that are kept until they are right, and asking once more.

use axum::response::{IntoResponse, Redirect};
use backend::identity::{FieldError, FormDraft};
use backend::organisation::OrganisationError;
use http::StatusCode;
use leptos::prelude::*;

use crate::cases::desk::draft::{self, Typed};
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::ui::{
    Breadcrumb, ButtonKind, ButtonLink, ErrorLink, ErrorSummary, Notice, PageHead, StaffLayout, SubmitButton,
    SummaryList, SummaryRow,
};
use crate::visit::{PageResult, Visit};
use crate::words::text;

/// Pages above with their addresses.
pub(super) type Crumbs = Vec<(String, String)>;

/// Head of a page.
pub(super) struct Sheet {
    pub spot: Spot,
    pub title: String,
    pub lead: Option<String>,
    pub crumbs: Crumbs,
    /// What the last action did, as the end of a key.
    pub did: Option<String>,
}

impl Sheet {
    pub fn new(title: String, crumbs: Crumbs) -> Self {
        Sheet { spot: Spot::Organisation, title, lead: None, crumbs, did: None }
    }
}

const DID: [&str; 13] = [
    "opened",
    "described",
    "abolished",
    "post-opened",
    "post-closed",
    "appointed",
    "ended",
    "made",
    "password",
    "factor",
    "closed",
    "noted",
    "handed-over",
];

/// Shows a page; `body` is made inside of it.
pub(super) async fn show(
    visit: &Visit,
    sheet: Sheet,
    body: impl FnOnce() -> AnyView + 'static,
) -> PageResult {
    let Sheet { spot, title, lead, crumbs, did } = sheet;
    let desk = Desk::of(visit, spot).await?;
    let did = did.filter(|did| DID.contains(&did.as_str()));
    let did = did.map(|did| text(visit.locale, &format!("org-did-{did}")));
    visit.page(title.clone(), move || {
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        let body = body();
        view! {
            <StaffLayout frame=desk.frame notice>
                {(!crumbs.is_empty()).then(|| view! { <Breadcrumb links=crumbs here=title.clone() on_phone=true/> })}
                <PageHead title lead/>
                <div class="stack">{body}</div>
            </StaffLayout>
        }
    })
}

/// A form of the session.
pub(super) struct Asked {
    pub form: &'static str,
    /// What it is about; the draft of another subject is not shown.
    pub subject: String,
    pub action: String,
    pub submit: &'static str,
    pub back: String,
}

/// What was typed, with what is wrong with it.
pub(super) struct Kept {
    draft: FormDraft,
    links: Vec<ErrorLink>,
}

impl Kept {
    pub fn value(&self, field: &str) -> String {
        self.draft.get(field).to_owned()
    }

    /// The same; before anything was typed, what is there.
    pub fn or(&self, field: &str, there: &str) -> String {
        self.draft.answers.get(field).cloned().unwrap_or_else(|| there.to_owned())
    }

    pub fn error(&self, field: &str) -> Option<String> {
        draft::at(&self.links, field)
    }
}

/// Shows a form; `fields` are made inside of the page.
pub(super) async fn form(
    visit: &Visit,
    sheet: Sheet,
    asked: Asked,
    fields: impl FnOnce(&Kept) -> AnyView + 'static,
) -> PageResult {
    let Asked { form, subject, action, submit, back } = asked;
    let draft = draft::of(visit, form, &subject).await?;
    let links = draft::links(visit, &draft.errors);
    let kept = Kept { draft, links };
    let locale = visit.locale;
    show(visit, sheet, move || {
        let errors = kept.links.clone();
        let fields = fields(&kept);
        view! {
            <form class="form stack desk-narrow" method="post" action=action novalidate=true>
                <ErrorSummary title=text(locale, "error-summary-title") errors/>
                {fields}
                <div class="row">
                    <SubmitButton label=text(locale, submit)/>
                    <ButtonLink href=back label=text(locale, "back") kind=ButtonKind::Quiet/>
                </div>
            </form>
        }
        .into_any()
    })
    .await
}

/// Keeps what was typed with its mistakes, and leads back to the form.
pub(super) async fn again(
    visit: &Visit,
    form: &'static str,
    subject: &str,
    answers: &Typed,
    fields: &[&str],
    error: FieldError,
    back: &str,
) -> PageResult {
    draft::keep(visit, form, subject, answers, fields, vec![error]).await?;
    Ok(Redirect::to(&format!("{back}#error-summary")).into_response())
}

/// Forgets a form that is done, and leads on.
pub(super) async fn done(visit: &Visit, form: &'static str, to: &str) -> PageResult {
    draft::forget(visit, form).await?;
    Ok(Redirect::to(to).into_response())
}

/// Asks once more before something that is not undone: what it is about in rows, and where one goes otherwise.
pub(super) async fn confirm(
    visit: &Visit,
    sheet: Sheet,
    rows: Vec<(String, String)>,
    action: String,
    submit: &'static str,
    back: String,
) -> PageResult {
    let locale = visit.locale;
    show(visit, sheet, move || {
        let rows = summary(rows);
        view! {
            <div class="desk-narrow stack">
                <SummaryList plain=true rows/>
                <form method="post" action=action class="row">
                    <SubmitButton label=text(locale, submit) kind=ButtonKind::Danger/>
                    <ButtonLink href=back label=text(locale, "back") kind=ButtonKind::Quiet/>
                </form>
            </div>
        }
        .into_any()
    })
    .await
}

/// Names and values.
pub(super) fn summary(rows: Vec<(String, String)>) -> Vec<SummaryRow> {
    rows.into_iter().map(|(name, value)| SummaryRow { name, value, change: None }).collect()
}

/// What was posted; what stands several times, between spaces.
pub(super) fn gathered(pairs: Vec<(String, String)>) -> Typed {
    let mut answers = Typed::new();
    for (name, value) in pairs {
        let kept = answers.entry(name).or_default();
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&value);
    }
    answers
}

/// The mistake of a form that a failed use case means; else the page that says it.
pub(super) fn mistake(visit: &Visit, error: OrganisationError) -> Result<FieldError, PageError> {
    let (field, code) = match error {
        OrganisationError::Name => ("zh", "org-name"),
        OrganisationError::Department(_) => ("department", "org-department"),
        OrganisationError::OfficeExists => ("department", "org-office-exists"),
        OrganisationError::NoRole => ("roles", "org-roles"),
        OrganisationError::SystemAndCases => ("roles", "org-system-and-cases"),
        OrganisationError::Region(_) => ("scope", "org-scope"),
        OrganisationError::Time => ("ends", "org-time"),
        OrganisationError::Past => ("ends", "org-past"),
        OrganisationError::TooLong => ("ends", "org-too-long"),
        OrganisationError::Reason => ("reason", "org-reason"),
        OrganisationError::SecondNeeded => ("login", "org-second-needed"),
        OrganisationError::NotEligible => ("login", "org-not-eligible"),
        OrganisationError::HasDeputy => ("starts", "org-has-deputy"),
        OrganisationError::AlreadyOn => ("login", "org-already-on"),
        OrganisationError::OwnPost => ("login", "org-own-post"),
        OrganisationError::Login => ("login", "org-login"),
        OrganisationError::Taken => ("login", "org-taken"),
        other => return Err(fail(visit, other)),
    };
    Ok(FieldError::new(field, code))
}

/// The answer to a failed use case.
pub(super) fn fail(visit: &Visit, error: OrganisationError) -> PageError {
    match error {
        OrganisationError::Denied(denied) => visit.denied(denied),
        OrganisationError::NotFound => PageError::NotFound,
        OrganisationError::Busy => PageError::Status(StatusCode::TOO_MANY_REQUESTS),
        OrganisationError::Storage(error) => error.into(),
        // An old window: things have moved on.
        _ => PageError::Conflict,
    }
}
