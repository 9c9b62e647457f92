//! 查看完整: seeing a masked value in full, once, after saying what for.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use backend::cases::queue::glance;
use backend::cases::unmask::{UnmaskPurpose, unmask, unmask_answer};
use backend::cases::{MAX_REASON, Opened};
use domain::catalog::Field;
use domain::ids::CaseId;
use domain::registers::{FactSpec, Register};
use domain::text::Locale;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use serde::Deserialize;

use super::draft;
use super::frame::{Desk, Spot};
use super::values::{Shown, Sight, Teller};
use crate::cases::errors::fail;
use crate::cases::pages::track::reference_text;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, ButtonLink, Choice, ErrorLink, ErrorSummary, PageHead,
    RadioCards, StaffLayout, SubmitButton, SummaryList, SummaryRow, TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};
use backend::identity::{FieldError, UnmaskReason};

#[derive(Default, Deserialize)]
pub(super) struct Purpose {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    words: String,
}

/// What is to be seen: a fact by its dotted id, or an answer by the id of its question.
enum What<'a> {
    Fact(&'a Register, &'a FactSpec),
    Answer(&'a Field),
}

impl<'a> What<'a> {
    fn of(visit: &'a Visit, opened: &'a Opened, id: &str) -> Option<What<'a>> {
        if let Some(field) = opened.service.definition.field(id) {
            return Some(What::Answer(field));
        }
        opened.evidence.iter().find(|e| e.fact == id)?;
        let (register, spec) = visit.backend().catalog.reference.registers.fact(id)?;
        Some(What::Fact(register, spec))
    }

    fn name(&self, locale: Locale) -> String {
        match self {
            What::Fact(_, spec) => spec.name.get(locale).to_owned(),
            What::Answer(field) => field.label.get(locale).to_owned(),
        }
    }

    fn source(&self, locale: Locale) -> String {
        match self {
            What::Fact(register, _) => register.name.get(locale).to_owned(),
            What::Answer(_) => text(locale, "desk-by-applicant"),
        }
    }

    fn masked(&self, teller: Teller<'_>, opened: &Opened) -> String {
        match self {
            What::Fact(_, spec) => {
                let evidence = opened.evidence.iter().find(|e| e.fact == spec.id);
                evidence.map(|e| teller.evidence(spec, e).0.line()).unwrap_or_default()
            }
            What::Answer(field) => {
                let answer = opened.answers.as_ref().and_then(|a| a.get(&field.id));
                answer.map(|a| teller.answer(opened, field, a, Sight::Masked)).unwrap_or_default()
            }
        }
    }
}

/// Asks for the purpose.
pub(super) async fn ask(visit: Visit, Path((id, what)): Path<(CaseId, String)>) -> PageResult {
    form(&visit, id, &what, Purpose::default(), Vec::new()).await
}

async fn form(
    visit: &Visit,
    id: CaseId,
    what: &str,
    typed: Purpose,
    errors: Vec<FieldError>,
) -> Result<Response, PageError> {
    let desk = Desk::of_case(visit, Spot::Queue, id).await?;
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    let locale = visit.locale;
    let subject = What::of(visit, &opened, what).ok_or(PageError::NotFound)?;
    let teller = Teller { reference: &visit.backend().catalog.reference, locale };
    let name = subject.name(locale);
    let rows = vec![
        SummaryRow { name: name.clone(), value: subject.masked(teller, &opened), change: None },
        SummaryRow { name: text(locale, "desk-source"), value: subject.source(locale), change: None },
    ];
    let choices = UnmaskReason::ALL.map(|r| Choice::new(r.code(), reason_text(locale, r))).to_vec();
    let title = with(locale, "desk-unmask-title", &[("name", name.into())]);
    let links: Vec<ErrorLink> = draft::links(visit, &errors);
    let page_title = draft::title(visit, &title, &links);
    let (purpose_error, words_error) = (draft::at(&links, "purpose"), draft::at(&links, "words"));
    let t = |key: &str| text(locale, key);
    let (sees, sees_text) = (t("desk-unmask-sees"), t("desk-unmask-sees-text"));
    let (legend, label, hint) = (t("desk-purpose"), t("desk-purpose-words"), t("desk-purpose-words-hint"));
    let (show, back, summary) = (t("desk-unmask-show"), t("desk-back-to-case"), t("error-summary"));
    let crumbs =
        vec![("/staff".to_owned(), t("desk-queue")), (format!("/staff/cases/{id}"), reference_text(&opened))];
    let action = format!("/staff/cases/{id}/unmask/{what}");
    visit.page(page_title, move || {
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title/>
                <form class="form desk-narrow" method="post" action=action novalidate=true>
                    <ErrorSummary title=summary errors=links/>
                    <SummaryList plain=true rows/>
                    <Alert kind=AlertKind::Info title=sees><p>{sees_text}</p></Alert>
                    <RadioCards name="purpose" legend choices value=typed.purpose error=purpose_error/>
                    <TextArea name="words" label hint value=typed.words error=words_error rows=3 maxlength=MAX_REASON optional=true/>
                    <div class="row">
                        <SubmitButton label=show/>
                        <ButtonLink href=format!("/staff/cases/{id}") label=back kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

fn reason_text(locale: Locale, reason: UnmaskReason) -> String {
    text(locale, &format!("desk-purpose-{}", reason.code()))
}

/// What was chosen and written; "other" needs words.
fn stated(typed: &Purpose) -> Result<UnmaskPurpose, FieldError> {
    let own = typed.words.trim();
    let reason = UnmaskReason::from_code(&typed.purpose);
    let Some(reason) = reason else { return Err(FieldError::new("purpose", "desk-purpose-missing")) };
    let words = (!own.is_empty() || reason == UnmaskReason::Other).then(|| own.to_owned());
    match words.as_deref().and_then(|words| draft::wrong_words("words", words)) {
        None => Ok(UnmaskPurpose { reason, words }),
        Some(error) => Err(error),
    }
}

/// The purpose as it is read later.
fn purpose_text(locale: Locale, purpose: &UnmaskPurpose) -> String {
    match (&purpose.words, purpose.reason) {
        (Some(words), UnmaskReason::Other) => words.clone(),
        (Some(words), reason) => {
            let joint = text(locale, "access-purpose-joint");
            format!("{}{joint}{words}", reason_text(locale, reason))
        }
        (None, reason) => reason_text(locale, reason),
    }
}

/// Shows the value, once: the page is kept nowhere, and a second look asks again.
pub(super) async fn show(
    visit: Visit,
    Path((id, what)): Path<(CaseId, String)>,
    Form(typed): Form<Purpose>,
) -> PageResult {
    visit.staff()?;
    let purpose = match stated(&typed) {
        Ok(purpose) => purpose,
        Err(error) => {
            let mut page = form(&visit, id, &what, typed, vec![error]).await?;
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(page);
        }
    };
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let (opened, _) = glance(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let teller = Teller { reference: &backend.catalog.reference, locale };
    let subject = What::of(&visit, &opened, &what).ok_or(PageError::NotFound)?;
    let shown = match &subject {
        What::Fact(_, spec) => {
            let value = unmask(backend, actor, id, &what, &purpose).await.map_err(|e| fail(&visit, e))?;
            match value {
                Some(value) => teller.fact(spec, &value, Sight::Full),
                None => Shown::Line(text(locale, "fact-none")),
            }
        }
        What::Answer(field) => {
            let answer =
                unmask_answer(backend, actor, id, &what, &purpose).await.map_err(|e| fail(&visit, e))?;
            Shown::Line(teller.answer(&opened, field, &answer, Sight::Full))
        }
    };
    let (name, source) = (subject.name(locale), subject.source(locale));
    let t = |key: &str| text(locale, key);
    let (once, once_text, back) = (t("desk-unmask-once"), t("desk-unmask-once-text"), t("desk-back-to-case"));
    let noted = with(locale, "desk-unmask-noted", &[("purpose", purpose_text(locale, &purpose).into())]);
    let crumbs =
        vec![("/staff".to_owned(), t("desk-queue")), (format!("/staff/cases/{id}"), reference_text(&opened))];
    let mut response = visit.page(name.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=name.clone()/>
                <PageHead title=name lead=source/>
                <div class="stack desk-narrow">
                    <section class="card"><div class="unmasked">{shown.view()}</div></section>
                    <Alert kind=AlertKind::Warning title=once>
                        <p>{once_text}</p>
                        <p>{noted}</p>
                    </Alert>
                    <p><ButtonLink href=format!("/staff/cases/{id}") label=back/></p>
                </div>
            </StaffLayout>
        }
    })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn purpose(purpose: &str, words: &str) -> Result<String, String> {
        stated(&Purpose { purpose: purpose.into(), words: words.into() })
            .map(|stated| purpose_text(Locale::Zh, &stated))
            .map_err(|e| format!("{} {}", e.field, e.code))
    }

    #[test]
    fn a_purpose_is_chosen_or_written() {
        assert_eq!(purpose("", "看看"), Err("purpose desk-purpose-missing".into()));
        assert_eq!(purpose("other", " "), Err("words desk-words-missing".into()));
        assert_eq!(purpose("other", " 法院调取 "), Ok("法院调取".into()));
        assert_eq!(purpose("check", ""), Ok("核对申请信息".into()));
        assert_eq!(purpose("contact", "补充材料"), Ok("联系申请人，补充材料".into()));
        assert_eq!(purpose("check", &"字".repeat(501)), Err("words desk-words-too-long".into()));
    }
}
