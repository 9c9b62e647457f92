//! What a use case of reviews cannot do, as a page says it.

use backend::reviews::ReviewsError;

use crate::errors::PageError;
use crate::visit::Visit;

/// The answer to a failed use case. What a form can mend is handled by its action before this.
pub(super) fn fail(visit: &Visit, error: ReviewsError) -> PageError {
    match error {
        ReviewsError::Denied(denied) => visit.denied(denied),
        ReviewsError::NotFound => PageError::NotFound,
        // An old window: things have moved on.
        ReviewsError::Already
        | ReviewsError::Over
        | ReviewsError::Changed
        | ReviewsError::NotAllowed(_)
        | ReviewsError::SameHand
        | ReviewsError::NoSuperior
        | ReviewsError::Words(_) => PageError::Conflict,
        ReviewsError::Storage(error) => error.into(),
        ReviewsError::Unopenable(_) => {
            tracing::error!(%error, "a use case failed");
            PageError::Internal
        }
    }
}
