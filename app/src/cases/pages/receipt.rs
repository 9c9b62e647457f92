//! The receipt of a filed case, on paper.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use backend::cases::open;
use backend::certificates::paper::{ReceiptPaper, receipt_pdf};
use domain::cases::CaseState;
use domain::ids::CaseId;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::track::{department_name, reference_text, state_tag};
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::visit::Visit;
use crate::words::text;

pub(in crate::cases) async fn show(visit: Visit, Path(id): Path<CaseId>) -> Result<Response, PageError> {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.state == CaseState::Draft {
        return Err(PageError::NotFound);
    }
    let locale = visit.locale;
    let definition = &opened.service.definition;
    let mut facts = vec![
        (text(locale, "applicant"), visit.acting_as()),
        (text(locale, "state"), state_tag(opened.state, locale).0),
    ];
    if let (Some(day), false) = (&opened.row.due_on, opened.state.is_closed()) {
        facts.push((text(locale, "promised-day"), day.clone()));
    }
    let next: Vec<String> = match opened.state.is_closed() {
        true => Vec::new(),
        false => definition.then.iter().map(|step| step.get(locale).to_owned()).collect(),
    };
    let paper = ReceiptPaper {
        locale,
        portal: visit.state.site.name.get(locale),
        reference: &reference_text(&opened),
        service: definition.name.get(locale),
        department: &department_name(&visit, &definition.department),
        submitted_at: opened.row.submitted_at.unwrap_or(opened.row.created_at),
        facts: &facts,
        next: &next,
        track_url: &format!("{}/cases/{id}", visit.backend().public_url),
    };
    let pdf = receipt_pdf(&paper).map_err(|error| {
        tracing::error!(%error, "a receipt cannot be made");
        PageError::Internal
    })?;
    let headers = [
        (CONTENT_TYPE, "application/pdf"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_DISPOSITION, "inline; filename=\"receipt.pdf\""),
    ];
    Ok((headers, pdf.bytes).into_response())
}
