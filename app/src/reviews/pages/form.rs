//! Giving a review: five grades, then tags and words as one likes.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::reviews::{Invited, invitation};
use domain::ids::CaseId;
use domain::reviews::{Grade, MAX_WORDS, SubjectKind};
use leptos::prelude::*;

use crate::cases::desk::draft;
use crate::errors::PageError;
use crate::reviews::actions::{REVIEW, TAGS};
use crate::reviews::errors::fail;
use crate::reviews::words;
use crate::ui::{
    ButtonKind, ButtonLink, CheckboxCards, Choice, ErrorSummary, FlowLayout, Frame, GradeCards, GradeTags,
    PageHead, SubmitButton, TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// A grade for each kind of tags, in the order of [`TAGS`].
const KINDS: [(&str, Grade); 3] =
    [("good", Grade::Satisfied), ("fair", Grade::FairlySatisfied), ("bad", Grade::Dissatisfied)];

pub(in crate::reviews) async fn show(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let invited = invitation(visit.backend(), visit.actor(), SubjectKind::Case, id.0).await;
    let (service, department, until) = match invited.map_err(|e| fail(&visit, e))? {
        Invited::Open { service, department, until } => (service, department, until),
        Invited::Given(review) => return Ok(Redirect::to(&format!("/reviews/{review}")).into_response()),
        Invited::Over => return Err(PageError::Conflict),
        Invited::No => return Err(PageError::NotFound),
    };
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let kept = draft::of(&visit, REVIEW, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let ticked: Vec<String> = kept.get("tags").split_whitespace().map(str::to_owned).collect();
    let (grade, typed) = (kept.get("grade").to_owned(), kept.get("words").to_owned());
    let (grade_error, words_error) = (draft::at(&errors, "grade"), draft::at(&errors, "words"));
    let name = words::service(&visit, &service);
    let lead = with(
        locale,
        "review-form-lead",
        &[
            ("department", words::department(&visit, &department).into()),
            ("day", until.date_in_china().to_string().into()),
        ],
    );
    let (title, legend, tags_legend) =
        (t("review-form-title"), t("review-form-grade"), t("review-form-tags"));
    let (label, hint, private) =
        (t("review-form-words"), t("review-form-words-hint"), t("review-form-private"));
    let (send, later, summary) = (t("review-form-send"), t("review-form-later"), t("error-summary"));
    let grades = words::grades(locale);
    let tags = KINDS.map(|(kind, grade)| {
        let choices: Vec<Choice> =
            grade.tags().iter().map(|tag| Choice::new(*tag, words::tag(tag, locale))).collect();
        (kind, choices)
    });
    let page_title = draft::title(&visit, &format!("{title} · {name}"), &errors);
    let frame = Frame::of(&visit);
    let action = format!("/cases/{id}/review");
    visit.page(page_title, move || {
        let actions = view! {
            <SubmitButton label=send/>
            <ButtonLink href=format!("/cases/{id}") label=later kind=ButtonKind::Quiet/>
        }
        .into_any();
        let summary = view! { <ErrorSummary title=summary errors/> }.into_any();
        let tags = tags
            .into_iter()
            .zip(TAGS)
            .map(|((kind, choices), control)| {
                let (legend, values) = (tags_legend.clone(), ticked.clone());
                view! {
                    <GradeTags tags=kind>
                        <CheckboxCards name=control legend choices values optional=true pairs=true/>
                    </GradeTags>
                }
            })
            .collect_view();
        view! {
            <FlowLayout frame service=name back=format!("/cases/{id}") action errors=summary actions>
                <PageHead title lead/>
                <div class="stack review-form">
                    <GradeCards name="grade" legend grades value=grade error=grade_error/>
                    {tags}
                    <TextArea name="words" label hint value=typed error=words_error rows=4 maxlength=MAX_WORDS optional=true/>
                    <p class="muted small">{private}</p>
                </div>
            </FlowLayout>
        }
    })
}
