//! What somebody else does with a proposal: publish it, or say no.

use axum::Form;
use axum::extract::Path;
use backend::catalog::manage::{self, CatalogueError};
use backend::identity::Denied;
use domain::catalog::ProposalKind;
use domain::ids::ProposalId;

use super::edit::{page, seen, settle, to};
use super::fail;
use crate::cases::desk::draft::{self, Typed, typed};
use crate::errors::PageError;
use crate::visit::{PageResult, Visit};

/// The draft of a reason.
pub(super) const REJECT: &str = "catalogue-reject";

/// A post is not repeated after signing in: the page of the proposal is where one comes back to.
fn again_at(id: ProposalId) -> PageError {
    PageError::ReauthenticationNeeded { next: page(id) }
}

pub(super) async fn approve(visit: Visit, Path(id): Path<ProposalId>, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let (backend, actor) = (visit.backend(), visit.actor());
    match manage::approve(backend, actor, id, seen(&form)).await {
        Ok(()) => {
            let done = manage::proposal(backend, actor, id).await.map_err(|e| fail(&visit, e))?.proposal;
            let did = if done.kind == ProposalKind::Version { "published" } else { "retired" };
            to(&format!("/staff/catalogue/services/{}?did={did}", done.code))
        }
        Err(CatalogueError::Denied(Denied::ReauthenticationNeeded)) => Err(again_at(id)),
        result => settle(&visit, id, result, "published"),
    }
}

pub(super) async fn reject(visit: Visit, Path(id): Path<ProposalId>, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let version = seen(&form);
    draft::keep(&visit, REJECT, &id.to_string(), &form, &["reason"], Vec::new()).await?;
    let result = manage::reject(visit.backend(), visit.actor(), id, version, typed(&form, "reason")).await;
    if result.is_ok() {
        draft::forget(&visit, REJECT).await?;
    }
    match result {
        Err(CatalogueError::Denied(Denied::ReauthenticationNeeded)) => Err(again_at(id)),
        result => settle(&visit, id, result, "rejected"),
    }
}
