//! The receipt of a filed case, on paper.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use backend::cases::applicant::applicant;
use backend::cases::track::track;
use backend::certificates::paper::{ReceiptPaper, receipt_pdf, set_paper};
use domain::cases::EventKind;
use domain::ids::CaseId;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::track::{office_name, reference_text, state_tag};
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::visit::Visit;
use crate::words::text;

pub(in crate::cases) async fn show(visit: Visit, Path(id): Path<CaseId>) -> Result<Response, PageError> {
    let (opened, timeline) = track(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state.is_private() {
        return Err(PageError::NotFound);
    }
    let (locale, row) = (visit.locale, &opened.row);
    let definition = &opened.service.definition;
    let applicant = applicant(visit.backend(), visit.actor(), row.person_id, row.entity_id).await;
    let mut facts = vec![
        (text(locale, "applicant"), applicant.map_err(|e| fail(&visit, e))?),
        (text(locale, "state"), state_tag(opened.row.state, locale).0),
    ];
    if let (Some(day), false) = (&opened.row.due_on, opened.row.state.is_closed()) {
        facts.push((text(locale, "promised-day"), day.clone()));
    }
    let next: Vec<String> = match opened.row.state.is_closed() {
        true => Vec::new(),
        false => definition.then.iter().map(|step| step.get(locale).to_owned()).collect(),
    };
    let portal = visit.state.site.name.get(locale).to_owned();
    let (reference, service) = (reference_text(&opened), definition.name.get(locale).to_owned());
    let department = office_name(&visit, &opened.row);
    let accepted_on = timeline.iter().find(|h| h.kind == EventKind::Accepted).map(|h| h.at.date_in_china());
    let submitted_at = opened.row.submitted_at.unwrap_or(opened.row.created_at);
    let track_url = format!("{}/cases/{id}", visit.backend().public_url);
    let set = move || {
        receipt_pdf(&ReceiptPaper {
            locale,
            portal: &portal,
            reference: &reference,
            service: &service,
            department: &department,
            submitted_at,
            accepted_on,
            facts: &facts,
            next: &next,
            track_url: &track_url,
        })
    };
    let pdf = set_paper(set).await.map_err(|error| {
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
