//! What a use case of cases cannot do, as a page says it.

use backend::cases::CaseError;
use http::StatusCode;

use crate::errors::PageError;
use crate::visit::Visit;

/// The answer to a failed use case. What a form can mend is handled by its action before this.
pub(crate) fn fail(visit: &Visit, error: CaseError) -> PageError {
    match error {
        CaseError::Denied(denied) => visit.denied(denied),
        CaseError::NotFound | CaseError::WrongApplicant => PageError::NotFound,
        // Noted, it is a plain refusal.
        CaseError::Outside(_) => PageError::Forbidden,
        CaseError::TooLarge => PageError::Status(StatusCode::PAYLOAD_TOO_LARGE),
        CaseError::NotActingFor => PageError::EntityNeeded,
        // An old window: the case has moved on.
        CaseError::Changed
        | CaseError::Held(_)
        | CaseError::WaitsForApplicant
        | CaseError::NotAlike
        | CaseError::Separated
        | CaseError::Examining
        | CaseError::AskedEnough
        | CaseError::Ask(_)
        | CaseError::NotAllowed(_)
        | CaseError::Pending(_)
        | CaseError::Unidentified(_)
        | CaseError::EndUnknown(_)
        | CaseError::Outdated
        | CaseError::Ended(_)
        | CaseError::Already(_) => PageError::Conflict,
        CaseError::ConsentNeeded
        | CaseError::Incomplete
        | CaseError::ReasonNeeded
        | CaseError::Text(_)
        | CaseError::Template(_)
        | CaseError::TooMany
        | CaseError::Payment(_) => PageError::Conflict,
        CaseError::TooOften { .. } => PageError::Status(StatusCode::TOO_MANY_REQUESTS),
        CaseError::Storage(error) => error.into(),
        CaseError::Certificate | CaseError::Unopenable(_) => {
            tracing::error!(%error, "a use case failed");
            PageError::Internal
        }
    }
}
