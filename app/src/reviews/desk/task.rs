//! One bad review at the desk: verifying, answering, the second opinion. The page says nothing of who gave it.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use backend::cases::MAX_REASON;
use backend::identity::FieldError;
use backend::reviews::{ReviewsError, TaskPage, may_open, open_task};
use domain::ids::ReviewId;
use domain::reviews::{Finding, NotTheirs, TaskState};
use leptos::prelude::*;

use crate::cases::desk::draft::{self, Typed, typed};
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::reviews::errors::fail;
use crate::reviews::words;
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, ButtonLink, Card, Choice, Disclosure, ErrorSummary, PageHead,
    RadioCards, StaffLayout, SubmitButton, SummaryList, SummaryRow, Tag, TextArea, Timeline,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-review";

/// What can be done now: the last part of the address and of the keys of its words.
fn act(task: &TaskPage) -> Option<&'static str> {
    match task.state {
        TaskState::Opened => Some("verify"),
        TaskState::WellFounded | TaskState::Unfounded => Some("answer"),
        TaskState::SecondOpinion if task.not_mine.is_none() => Some("opinion"),
        TaskState::SecondOpinion | TaskState::Answered | TaskState::Closed => None,
    }
}

pub(in crate::reviews) async fn show(visit: Visit, Path(id): Path<ReviewId>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Reviews).await?;
    let task = open_task(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let kept = draft::of(&visit, FORM, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (finding, said) = (kept.get("finding").to_owned(), kept.get("words").to_owned());
    let (finding_error, words_error) = (draft::at(&errors, "finding"), draft::at(&errors, "words"));
    let row = |key: &str, value: String| SummaryRow { name: t(key), value, change: None };
    let rows = vec![
        row("reviews-grade", words::grade(task.grade, locale)),
        row("review-tags", words::tags(&task.tags, locale)),
        row("desk-review-opened", task.opened_on.clone()),
        row("desk-review-verify-by", task.verify_by.clone()),
        row("desk-review-answer-by", task.answer_by.clone()),
    ];
    let marks = words::marks(&task.marks, locale)
        .map(|marks| with(locale, "review-marked-as", &[("marks", marks.into())]));
    let wrote = task.words.clone();
    let act = act(&task);
    let other = task.not_mine.filter(|_| task.state == TaskState::SecondOpinion).map(|not| match not {
        NotTheirs::SameHand => (t("desk-review-same-hand"), t("desk-review-same-hand-text")),
        NotTheirs::NoSuperior => (t("desk-review-no-superior"), t("desk-review-no-superior-text")),
    });
    let choices = vec![
        Choice::new("well_founded", t("review-state-well-founded")),
        Choice::new("unfounded", t("review-state-unfounded")),
    ];
    let (state, tone) = words::state(task.state, locale);
    let (due, due_tone) = words::due(task.due, locale);
    let has_due = task.due.is_some();
    let timeline = words::timeline(&task.told, task.state, locale);
    let title = words::service(&visit, &task.service);
    let crumbs = vec![("/staff/reviews".to_owned(), t("desk-reviews"))];
    let (private, words_title, no_words) =
        (t("desk-review-private"), t("review-words"), t("review-no-words"));
    let (timeline_title, summary, back, legend) =
        (t("review-timeline"), t("error-summary"), t("desk-review-back"), t("desk-review-finding"));
    let page_title = draft::title(&visit, &title, &errors);
    let version = task.version;
    let label = act.map(|act| {
        (
            t(&format!("desk-review-{act}-words")),
            t(&format!("desk-review-{act}-hint")),
            t(&format!("desk-review-{act}")),
        )
    });
    visit.page(page_title, move || {
        let wrote = match (wrote, marks) {
            (Some(wrote), Some(summary)) => {
                view! { <Disclosure summary plain=true><p class="said">{wrote}</p></Disclosure> }.into_any()
            }
            (Some(wrote), None) => view! { <p class="said">{wrote}</p> }.into_any(),
            (None, _) => view! { <p class="muted">{no_words}</p> }.into_any(),
        };
        let form = act.zip(label).map(|(act, (label, hint, send))| {
            let finding = (act == "verify")
                .then(|| view! { <RadioCards name="finding" legend choices value=finding error=finding_error/> });
            view! {
                <form class="form" method="post" action=format!("/staff/reviews/{id}/{act}") novalidate=true>
                    <ErrorSummary title=summary errors/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    {finding}
                    <TextArea name="words" label hint value=said error=words_error rows=4 maxlength=MAX_REASON/>
                    <div class="row">
                        <SubmitButton label=send/>
                        <ButtonLink href="/staff/reviews" label=back kind=ButtonKind::Secondary/>
                    </div>
                </form>
            }
        });
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead=private>
                    <Tag label=state tone/>
                    {has_due.then(|| view! { <Tag label=due tone=due_tone/> })}
                </PageHead>
                <div class="stack desk-narrow">
                    <SummaryList plain=true rows/>
                    <Card title=words_title>{wrote}</Card>
                    <Card title=timeline_title><Timeline events=timeline/></Card>
                    {other.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                    {form}
                </div>
            </StaffLayout>
        }
    })
}

/// Addresses of posts lead back to the page.
pub(in crate::reviews) async fn back(visit: Visit, Path(id): Path<ReviewId>) -> PageResult {
    visit.staff()?;
    Ok(Redirect::to(&format!("/staff/reviews/{id}")).into_response())
}

/// Keeps what was typed, with what is wrong with it.
async fn again(visit: &Visit, id: ReviewId, answers: &Typed, errors: Vec<FieldError>) -> PageResult {
    draft::keep(visit, FORM, &id.to_string(), answers, &["finding", "words"], errors).await?;
    Ok(Redirect::to(&format!("/staff/reviews/{id}#error-summary")).into_response())
}

/// What became of a step: the list, or the page once more.
async fn settle(
    visit: &Visit,
    id: ReviewId,
    answers: &Typed,
    did: &str,
    result: Result<(), ReviewsError>,
) -> Result<Response, PageError> {
    match result {
        Ok(()) => {
            draft::forget(visit, FORM).await?;
            Ok(Redirect::to(&format!("/staff/reviews?did={did}")).into_response())
        }
        Err(error @ ReviewsError::Denied(_)) => {
            draft::keep(visit, FORM, &id.to_string(), answers, &["finding", "words"], Vec::new()).await?;
            Err(match fail(visit, error) {
                // Signing in again leads back to the page, not to a post.
                PageError::ReauthenticationNeeded { .. } => {
                    PageError::ReauthenticationNeeded { next: format!("/staff/reviews/{id}") }
                }
                other => other,
            })
        }
        Err(error) => Err(fail(visit, error)),
    }
}

/// Refuses who may not, before anything typed is looked at.
async fn may(visit: &Visit, id: ReviewId) -> Result<(), PageError> {
    visit.staff()?;
    may_open(visit.backend(), visit.actor(), id).await.map_err(|error| fail(visit, error))
}

fn version(answers: &Typed) -> i64 {
    typed(answers, "version").parse().unwrap_or_default()
}

pub(in crate::reviews) async fn verify(
    visit: Visit,
    Path(id): Path<ReviewId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    may(&visit, id).await?;
    let finding = match typed(&answers, "finding") {
        "well_founded" => Some(Finding::WellFounded),
        "unfounded" => Some(Finding::Unfounded),
        _ => None,
    };
    let said = typed(&answers, "words");
    let wrong_words = draft::wrong_words("words", said);
    let (Some(finding), None) = (finding, &wrong_words) else {
        let missing = finding.is_none().then(|| FieldError::new("finding", "review-finding-missing"));
        return again(&visit, id, &answers, missing.into_iter().chain(wrong_words).collect()).await;
    };
    let result =
        backend::reviews::verify(visit.backend(), visit.actor(), id, version(&answers), finding, said).await;
    settle(&visit, id, &answers, "verified", result).await
}

pub(in crate::reviews) async fn answer(
    visit: Visit,
    Path(id): Path<ReviewId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    may(&visit, id).await?;
    let said = typed(&answers, "words");
    if let Some(error) = draft::wrong_words("words", said) {
        return again(&visit, id, &answers, vec![error]).await;
    }
    let result = backend::reviews::answer(visit.backend(), visit.actor(), id, version(&answers), said).await;
    settle(&visit, id, &answers, "answered", result).await
}

pub(in crate::reviews) async fn opine(
    visit: Visit,
    Path(id): Path<ReviewId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    may(&visit, id).await?;
    let said = typed(&answers, "words");
    if let Some(error) = draft::wrong_words("words", said) {
        return again(&visit, id, &answers, vec![error]).await;
    }
    let result = backend::reviews::opine(visit.backend(), visit.actor(), id, version(&answers), said).await;
    settle(&visit, id, &answers, "opined", result).await
}
