//! Keeping the templates of an office: by kind of reason, each changed or removed on its own.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::CaseError;
use backend::cases::reason_templates::{self, MAX_TITLE, MOST, NewTemplate, TemplateRow, templates_of};
use backend::identity::{FieldError, FormDraft};
use domain::cases::form::plain_text;
use domain::cases::template::{MAX_PLACES, MAX_TEMPLATE};
use domain::cases::{Placeholder, ReasonKind, Template, TemplateError, Wrong};
use domain::ids::{OfficeId, TemplateId};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, notice};
use crate::cases::errors::fail;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, Choice, Disclosure, ErrorLink, ErrorSummary, PageHead,
    SelectField, StaffLayout, SubmitButton, TextArea, TextField,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-template";

#[derive(Deserialize)]
pub(super) struct Done {
    did: Option<String>,
}

/// What is wrong with what was typed.
fn mistakes(answers: &Typed) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let Err(wrong) = plain_text(typed(answers, "title"), 1, MAX_TITLE, false) {
        let code = match wrong {
            Wrong::TooShort(_) => "desk-template-title-missing",
            Wrong::TooLong(_) => "desk-words-too-long",
            _ => "desk-words-forbidden",
        };
        errors.push(FieldError::new("title", code).count(i64::from(MAX_TITLE)));
    }
    errors.extend(Template::parse(typed(answers, "words")).err().map(|wrong| mistake(&wrong)));
    errors
}

/// What is wrong with the words.
fn mistake(wrong: &TemplateError) -> FieldError {
    let (code, count) = match wrong {
        TemplateError::Text(Wrong::TooShort(_)) => ("desk-words-missing", 2),
        TemplateError::Text(Wrong::TooLong(_)) => ("desk-words-too-long", i64::from(MAX_TEMPLATE)),
        TemplateError::Text(_) => ("desk-words-forbidden", 0),
        TemplateError::Unknown(_) | TemplateError::Brace => ("desk-template-place", 0),
        TemplateError::TooMany => ("desk-template-places", MAX_PLACES as i64),
        TemplateError::TooLong(most) => ("desk-template-too-long", i64::from(*most)),
    };
    FieldError::new("words", code).count(count)
}

fn page_of(office: OfficeId) -> String {
    format!("/staff/reasons/{office}")
}

/// After signing in again on a post that was on its way.
pub(super) async fn back_from(Path((office, _)): Path<(OfficeId, TemplateId)>) -> Redirect {
    Redirect::to(&page_of(office))
}

pub(super) async fn show(visit: Visit, Path(id): Path<OfficeId>, Query(done): Query<Done>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Queue).await?;
    let found = templates_of(visit.backend(), visit.actor(), id).await;
    let (office, rows) = found.map_err(|e| fail(&visit, e))?;
    let kept = draft::of(&visit, FORM, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let title = with(locale, "desk-reasons-title", &[("office", office.name.get(locale).into())]);
    visit.page(draft::title(&visit, &title, &errors), || {
        let notice = notice(done.did.as_deref(), locale);
        let groups = ReasonKind::ALL
            .into_iter()
            .filter_map(|kind| {
                let of_kind: Vec<_> = rows
                    .iter()
                    .filter(|row| row.kind == kind)
                    .map(|row| one(row, &kept, &errors, locale))
                    .collect();
                (!of_kind.is_empty()).then(|| view! { <Card title=t(&kind_key(kind))>{of_kind}</Card> })
            })
            .collect_view();
        let new = new_form(id, &kept, &errors, locale);
        view! {
            <StaffLayout frame=desk.frame notice>
                <PageHead title lead=with(locale, "desk-reasons-lead", &[("n", MOST.into())])/>
                <div class="stack desk-narrow">
                    <ErrorSummary title=t("error-summary") errors=errors.clone()/>
                    <Alert kind=AlertKind::Info title=t("desk-template-places-title")>
                        <ul>{places(locale)}</ul>
                        <p>{t("desk-template-no-names")}</p>
                    </Alert>
                    {groups}
                    {new}
                    <div class="row"><ButtonLink href="/staff" label=t("desk-to-queue") kind=ButtonKind::Secondary/></div>
                </div>
            </StaffLayout>
        }
    })
}

fn kind_key(kind: ReasonKind) -> String {
    format!("desk-reasons-{}", kind.code())
}

/// What can be filled in, and with what.
fn places(locale: Locale) -> AnyView {
    Placeholder::ALL
        .map(|place| {
            let code = format!("{{{}}}", place.code());
            let means = text(locale, &format!("desk-place-{}", place.code()));
            view! { <li><code>{code}</code>" "{means}</li> }
        })
        .collect_view()
        .into_any()
}

/// One template, to be changed or removed.
fn one(row: &TemplateRow, kept: &FormDraft, errors: &[ErrorLink], locale: Locale) -> AnyView {
    let t = move |key: &str| text(locale, key);
    let at = format!("{}/{}", page_of(row.office_id), row.id);
    // What was typed last, if it was about this one.
    let mine = kept.get("template") == row.id.to_string();
    let (title, words, wrong) = match mine {
        true => (kept.get("title").to_owned(), kept.get("words").to_owned(), errors),
        false => (row.title.clone(), row.words.clone(), &[][..]),
    };
    let (wrong_title, wrong_words) = (draft::at(wrong, "title"), draft::at(wrong, "words"));
    let (summary, version) = (row.title.clone(), row.version.to_string());
    let fields = fields(&format!("-{}", row.slot), row.kind, title, words, wrong_title, wrong_words, locale);
    view! {
        <Disclosure summary open=mine>
            <form method="post" action=at.clone() class="form" novalidate=true>
                <input type="hidden" name="version" value=version/>
                {fields}
                <SubmitButton label=t("desk-template-change") small=true/>
            </form>
            <form method="post" action=format!("{at}/delete")>
                <SubmitButton label=t("desk-template-delete") kind=ButtonKind::Quiet small=true/>
            </form>
        </Disclosure>
    }
    .into_any()
}

/// Title and words. Ids differ from form to form, names too: each form has a suffix of its own.
fn fields(
    suffix: &str,
    kind: ReasonKind,
    title: String,
    words: String,
    wrong_title: Option<String>,
    wrong_words: Option<String>,
    locale: Locale,
) -> AnyView {
    let t = move |key: &str| text(locale, key);
    let suffix = if suffix.is_empty() { String::new() } else { format!("-{}{suffix}", kind.code()) };
    // The summary of mistakes links to the fields that are wrong.
    let (title_name, words_name) = match wrong_title.is_some() || wrong_words.is_some() {
        true => ("title".to_owned(), "words".to_owned()),
        false => (format!("title{suffix}"), format!("words{suffix}")),
    };
    view! {
        <TextField name=title_name label=t("desk-template-title") value=title error=wrong_title maxlength=MAX_TITLE/>
        <TextArea name=words_name label=t("desk-template-words") hint=t("desk-template-hint") value=words error=wrong_words rows=4 maxlength=MAX_TEMPLATE/>
    }
    .into_any()
}

fn new_form(office: OfficeId, kept: &FormDraft, errors: &[ErrorLink], locale: Locale) -> AnyView {
    let t = move |key: &str| text(locale, key);
    let mine = kept.get("template").is_empty();
    let get = |field: &str| if mine { kept.get(field).to_owned() } else { String::new() };
    let (kind, title, words) = (get("kind"), get("title"), get("words"));
    let wrong = if mine { errors } else { &[] };
    let kinds = ReasonKind::ALL.map(|kind| Choice::new(kind.code(), t(&kind_key(kind)))).to_vec();
    let fields = fields(
        "-new",
        ReasonKind::Decline,
        title,
        words,
        draft::at(wrong, "title"),
        draft::at(wrong, "words"),
        locale,
    );
    view! {
        <Card title=t("desk-template-new")>
            <form method="post" action=page_of(office) class="form" novalidate=true>
                <SelectField name="kind" label=t("desk-template-kind") choices=kinds value=kind/>
                {fields}
                <SubmitButton label=t("desk-template-add")/>
            </form>
        </Card>
    }
    .into_any()
}

/// The answers under their plain names, whatever suffix the form gave them.
fn plain(answers: Typed) -> Typed {
    let plain = |name: String| match name.split_once('-') {
        Some((name @ ("title" | "words"), _)) => name.to_owned(),
        _ => name,
    };
    answers.into_iter().map(|(name, value)| (plain(name), value)).collect()
}

pub(super) async fn add(
    visit: Visit,
    Path(office): Path<OfficeId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let answers = plain(answers);
    let kind = ReasonKind::from_code(typed(&answers, "kind")).ok_or(crate::errors::PageError::NotFound)?;
    let mut errors = mistakes(&answers);
    if errors.is_empty() {
        let new = NewTemplate {
            kind,
            title: typed(&answers, "title").to_owned(),
            words: typed(&answers, "words").to_owned(),
        };
        match reason_templates::keep(visit.backend(), visit.actor(), office, new).await {
            Ok(_) => return done(&visit, office, "template-kept").await,
            Err(CaseError::TooMany) => {
                errors.push(FieldError::new("title", "desk-templates-full").count(MOST))
            }
            Err(CaseError::Template(wrong)) => errors.push(mistake(&wrong)),
            Err(error) => return Err(fail(&visit, error)),
        }
    }
    wrong(&visit, office, &answers, errors).await
}

pub(super) async fn change(
    visit: Visit,
    Path((office, id)): Path<(OfficeId, TemplateId)>,
    Form(answers): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let mut answers = plain(answers);
    let version: i64 = typed(&answers, "version").parse().map_err(|_| crate::errors::PageError::Conflict)?;
    let mut errors = mistakes(&answers);
    if errors.is_empty() {
        let (title, words) = (typed(&answers, "title"), typed(&answers, "words"));
        match reason_templates::change(visit.backend(), visit.actor(), id, version, title, words).await {
            Ok(()) => return done(&visit, office, "template-changed").await,
            Err(CaseError::Template(wrong)) => errors.push(mistake(&wrong)),
            Err(error) => return Err(fail(&visit, error)),
        }
    }
    answers.insert("template".into(), id.to_string());
    wrong(&visit, office, &answers, errors).await
}

pub(super) async fn delete(visit: Visit, Path((office, id)): Path<(OfficeId, TemplateId)>) -> PageResult {
    visit.staff()?;
    let gone = reason_templates::remove(visit.backend(), visit.actor(), id).await;
    gone.map_err(|e| fail(&visit, e))?;
    done(&visit, office, "template-deleted").await
}

async fn done(visit: &Visit, office: OfficeId, did: &str) -> PageResult {
    draft::forget(visit, FORM).await?;
    Ok(Redirect::to(&format!("{}?did={did}", page_of(office))).into_response())
}

async fn wrong(visit: &Visit, office: OfficeId, answers: &Typed, errors: Vec<FieldError>) -> PageResult {
    let fields = ["kind", "title", "words", "template"];
    draft::keep(visit, FORM, &office.to_string(), answers, &fields, errors).await?;
    Ok(Redirect::to(&format!("{}#error-summary", page_of(office))).into_response())
}
