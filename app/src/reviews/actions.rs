//! Posts of citizens: keep, then redirect to the page that shows what became of it.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use backend::identity::FieldError;
use backend::reviews::{Invited, ReviewsError, file, follow_up as say, invitation};
use domain::cases::Wrong;
use domain::ids::{CaseId, ReviewId};
use domain::reviews::{MAX_WORDS, ReviewError, Said, SubjectKind};
use http::StatusCode;

use super::errors::fail;
use crate::cases::desk::draft::{self, Typed, typed};
use crate::errors::PageError;
use crate::visit::Visit;

type Answer = Result<Response, PageError>;

/// Name of the kept form of a review.
pub(super) const REVIEW: &str = "review";
/// Of what is said to an answer.
pub(super) const FOLLOW_UP: &str = "review-follow-up";
/// Controls of one post at most.
const MOST: usize = 60;

fn to(path: &str) -> Answer {
    Ok(Redirect::to(path).into_response())
}

/// The names of the tag controls, one for each kind of grade.
pub(super) const TAGS: [&str; 3] = ["tags-good", "tags-fair", "tags-bad"];

/// A review of a closed case.
pub(super) async fn give(
    visit: Visit,
    Path(id): Path<CaseId>,
    Form(posted): Form<Vec<(String, String)>>,
) -> Answer {
    if posted.len() > MOST {
        return Err(PageError::Status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let tags: Vec<String> = posted
        .iter()
        .filter(|(name, _)| TAGS.contains(&name.as_str()))
        .map(|(_, value)| value.clone())
        .collect();
    let mut answers: Typed = posted.into_iter().filter(|(name, _)| !TAGS.contains(&name.as_str())).collect();
    // Before anything is kept: what is another's does not exist.
    let (backend, actor) = (visit.backend(), visit.actor());
    match invitation(backend, actor, SubjectKind::Case, id.0).await.map_err(|e| fail(&visit, e))? {
        Invited::Open { .. } => {}
        Invited::Given(review) => return to(&format!("/reviews/{review}?did=before")),
        Invited::Over => return Err(PageError::Conflict),
        Invited::No => return Err(PageError::NotFound),
    }
    let said = Said::read(typed(&answers, "grade"), &tags, typed(&answers, "words"));
    answers.insert("tags".into(), tags.join(" "));
    let subject = id.to_string();
    let fields = ["grade", "tags", "words"];
    let said = match said {
        Ok(said) => said,
        Err(wrong) => {
            let errors = wrong.iter().filter_map(field_error).collect();
            draft::keep(&visit, REVIEW, &subject, &answers, &fields, errors).await?;
            return to(&format!("/cases/{id}/review#error-summary"));
        }
    };
    // Kept while the identity has to be proven first.
    draft::keep(&visit, REVIEW, &subject, &answers, &fields, Vec::new()).await?;
    match file(backend, actor, SubjectKind::Case, id.0, said).await {
        Ok(review) => {
            draft::forget(&visit, REVIEW).await?;
            to(&format!("/reviews/{review}?did=given"))
        }
        // A second click, whose first was faster.
        Err(ReviewsError::Already) => to(&format!("/cases/{id}/review")),
        Err(error) => Err(fail(&visit, error)),
    }
}

fn field_error(error: &ReviewError) -> Option<FieldError> {
    let code = match error {
        ReviewError::GradeMissing => return Some(FieldError::new("grade", "review-grade-missing")),
        // No page offers it.
        ReviewError::UnknownTag => return Some(FieldError::new("grade", "review-tag-unknown")),
        ReviewError::Words(Wrong::TooLong(_)) => "review-words-too-long",
        ReviewError::Words(_) => "review-words-forbidden",
    };
    Some(FieldError::new("words", code).count(i64::from(MAX_WORDS)))
}

/// What the citizen says to the answer.
pub(super) async fn follow_up(visit: Visit, Path(id): Path<ReviewId>, Form(answers): Form<Typed>) -> Answer {
    let (backend, actor) = (visit.backend(), visit.actor());
    backend::reviews::my_review(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let again = async |errors: Vec<FieldError>| {
        draft::keep(&visit, FOLLOW_UP, &id.to_string(), &answers, &["content", "words"], errors).await?;
        to(&format!("/reviews/{id}#error-summary"))
    };
    let content = match typed(&answers, "content") {
        "yes" => true,
        "no" => false,
        _ => return again(vec![FieldError::new("content", "review-content-missing")]).await,
    };
    match say(backend, actor, id, content, typed(&answers, "words")).await {
        Ok(()) => {
            draft::forget(&visit, FOLLOW_UP).await?;
            to(&format!("/reviews/{id}?did={}", if content { "content" } else { "not-content" }))
        }
        Err(ReviewsError::Words(wrong)) => {
            let error = ReviewError::Words(wrong);
            again(field_error(&error).into_iter().collect()).await
        }
        Err(error) => Err(fail(&visit, error)),
    }
}
