//! Reviews (好差评): giving one, what became of it, what is public, and the staff's part in it.

mod actions;
mod desk;
mod errors;
mod pages;
pub(crate) mod words;

use axum::Router;
use axum::routing::{get, post};
use backend::reviews::{Invited, invitation};
use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::reviews::SubjectKind;

use crate::errors::PageError;
use crate::state::AppState;
use crate::visit::Visit;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/cases/{id}/review", get(pages::form::show).post(actions::give))
        .route("/reviews", get(pages::figures::overview))
        .route("/reviews/services/{code}", get(pages::figures::service))
        .route("/reviews/departments/{department}", get(pages::figures::department))
        .route("/reviews/{id}", get(pages::mine::show))
        .route("/reviews/{id}/follow-up", post(actions::follow_up))
        .route("/staff/reviews", get(desk::tasks::show))
        .route("/staff/reviews/given", get(desk::given::show))
        .route("/staff/reviews/{id}", get(desk::task::show))
        .route("/staff/reviews/{id}/verify", get(desk::task::back).post(desk::task::verify))
        .route("/staff/reviews/{id}/answer", get(desk::task::back).post(desk::task::answer))
        .route("/staff/reviews/{id}/opinion", get(desk::task::back).post(desk::task::opine))
}

/// Where the owner of a closed case can review it or see their review, and the words of the link.
pub(crate) async fn asked(
    visit: &Visit,
    case: CaseId,
    state: CaseState,
) -> Result<Option<(String, String)>, PageError> {
    if !matches!(state, CaseState::Approved | CaseState::Refused | CaseState::Declined) {
        return Ok(None);
    }
    let invited = invitation(visit.backend(), visit.actor(), SubjectKind::Case, case.0).await;
    let link = |href: String, key: &str| Some((href, crate::words::text(visit.locale, key)));
    Ok(match invited.map_err(|error| errors::fail(visit, error))? {
        Invited::Open { .. } => link(format!("/cases/{case}/review"), "review-give"),
        Invited::Given(review) => link(format!("/reviews/{review}"), "review-see"),
        Invited::Over | Invited::No => None,
    })
}
