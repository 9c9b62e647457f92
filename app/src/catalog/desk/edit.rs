//! What an author does with a proposal: begin, keep what was typed, propose, write on, give up.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::catalog::manage::{self, CatalogueError, Typed as Written};
use backend::identity::{FormDraft, forget_draft, form_draft, keep_draft};
use domain::ids::ProposalId;

use super::{fail, mendable};
use crate::cases::desk::draft::{Typed, typed};
use crate::errors::PageError;
use crate::visit::{PageResult, Visit};

/// What was typed in a window that somebody else, or another window, was faster than.
const LOST: &str = "catalogue-not-kept";

pub(super) fn page(id: ProposalId) -> String {
    format!("/staff/catalogue/proposals/{id}")
}

pub(super) fn to(address: &str) -> PageResult {
    Ok(Redirect::to(address).into_response())
}

/// The version of the proposal that the window showed; none that there is where it showed nothing.
pub(super) fn seen(form: &Typed) -> i64 {
    typed(form, "version").parse().unwrap_or(0)
}

pub(super) async fn begin(visit: Visit, Path(code): Path<String>) -> PageResult {
    visit.staff()?;
    let id = manage::begin_version(visit.backend(), visit.actor(), &code).await;
    to(&page(id.map_err(|e| fail(&visit, e))?))
}

pub(super) async fn save(visit: Visit, Path(id): Path<ProposalId>, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let (backend, actor, version) = (visit.backend(), visit.actor(), seen(&form));
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let written =
        Written { content: field("content"), effective_from: field("effective_from"), note: field("note") };
    let content = written.content.clone();
    let version = match manage::save(backend, actor, id, version, written).await {
        Ok(version) => version,
        // Nothing typed is lost: it is shown beside what is kept.
        Err(CatalogueError::Changed) => {
            keep_lost(&visit, id, content).await?;
            return to(&format!("{}?wrong=changed#error-summary", page(id)));
        }
        Err(error) => return Err(fail(&visit, error)),
    };
    forget_lost(&visit).await?;
    match typed(&form, "do") {
        "propose" => settle(&visit, id, manage::propose(backend, actor, id, version).await, "proposed"),
        "try" => to(&format!("/staff/catalogue/proposals/{id}/try")),
        _ => to(&format!("{}?did=saved", page(id))),
    }
}

/// On to the proposal, with what was done or what keeps it from being done.
pub(super) fn settle(
    visit: &Visit,
    id: ProposalId,
    result: Result<(), CatalogueError>,
    did: &str,
) -> PageResult {
    match result {
        Ok(()) => to(&format!("{}?did={did}", page(id))),
        Err(error) => match mendable(&error) {
            Some(code) => to(&format!("{}?wrong={code}#error-summary", page(id))),
            None => Err(fail(visit, error)),
        },
    }
}

pub(super) async fn revise(visit: Visit, Path(id): Path<ProposalId>, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let result = manage::revise(visit.backend(), visit.actor(), id, seen(&form)).await;
    settle(&visit, id, result, "revised")
}

pub(super) async fn withdraw(
    visit: Visit,
    Path(id): Path<ProposalId>,
    Form(form): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let result = manage::withdraw(visit.backend(), visit.actor(), id, seen(&form)).await;
    settle(&visit, id, result, "withdrawn")
}

pub(super) async fn again(visit: Visit, Path(id): Path<ProposalId>) -> PageResult {
    visit.staff()?;
    match manage::begin_again(visit.backend(), visit.actor(), id).await {
        Ok(new) => to(&page(new)),
        Err(error) => Err(fail(&visit, error)),
    }
}

async fn keep_lost(visit: &Visit, id: ProposalId, content: String) -> Result<(), PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(()) };
    let mut draft = FormDraft::default();
    draft.answers.insert("subject".into(), id.to_string());
    draft.answers.insert("content".into(), content);
    Ok(keep_draft(visit.backend(), viewer.session.id, LOST, &draft).await?)
}

async fn forget_lost(visit: &Visit) -> Result<(), PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(()) };
    Ok(forget_draft(visit.backend(), viewer.session.id, LOST).await?)
}

/// What could not be kept of this proposal.
pub(super) async fn lost(visit: &Visit, id: ProposalId) -> Result<Option<String>, PageError> {
    let Some(viewer) = &visit.viewer else { return Ok(None) };
    let draft = form_draft(visit.backend(), viewer.session.id, LOST).await?;
    Ok((draft.get("subject") == id.to_string()).then(|| draft.get("content").to_owned()))
}
