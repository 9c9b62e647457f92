//! Posts about certificates.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use backend::certificates::share;
use domain::ids::CertificateId;

use crate::cases::fail;
use crate::errors::PageError;
use crate::visit::Visit;

/// Shows the chosen claims under a new token for half an hour.
pub(super) async fn share(
    visit: Visit,
    Path(id): Path<CertificateId>,
    Form(form): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let claims: Vec<String> =
        form.into_iter().filter(|(name, _)| name == "claim").map(|(_, id)| id).collect();
    let token =
        share::share(visit.backend(), visit.actor(), id, &claims).await.map_err(|e| fail(&visit, e))?;
    Ok(Redirect::to(&format!("/certificates/{id}/shown/{token}")).into_response())
}

/// Ends what is shown under a token; its page says so.
pub(super) async fn stop_sharing(
    visit: Visit,
    Path((id, token)): Path<(CertificateId, String)>,
) -> Result<Response, PageError> {
    share::stop(visit.backend(), visit.actor(), id, &token).await.map_err(|e| fail(&visit, e))?;
    Ok(Redirect::to(&format!("/certificates/{id}/shown/{token}")).into_response())
}
