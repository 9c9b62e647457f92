//! Posts about cases: keep, then redirect to the page that shows what became of it.

use axum::Form;
use axum::extract::{FromRequest, Multipart, Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use backend::cases::files::{FileError, UploadError};
use backend::cases::withdraw::{Withdrawn, withdraw as withdraw_case};
use backend::cases::{
    CaseError, begin as start, consent as agree, discard as drop_draft, files, open, save as keep,
};
use domain::cases::form::MAX_ITEMS;
use domain::cases::{FieldError, Raw, Wrong};
use domain::catalog::field::FieldType;
use domain::ids::{CaseId, FileId};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::errors::fail;
use super::fields::raw;
use super::flow::{Flow, resume};
use super::pages::list::{DISCARDED, SAVED};
use crate::errors::PageError;
use crate::visit::Visit;

type Answer = Result<Response, PageError>;

/// Bytes that may be typed into one step.
const MAX_TEXT: usize = 1 << 20;

fn to(path: &str) -> Answer {
    Ok(Redirect::to(path).into_response())
}

#[derive(Deserialize)]
pub(super) struct Begin {
    service: String,
}

/// The consent page was agreed to: the draft begins and the registers are asked.
pub(super) async fn begin(visit: Visit, Form(form): Form<Begin>) -> Answer {
    let (backend, actor) = (visit.backend(), visit.actor());
    let id = match start::begin(backend, actor, &form.service).await {
        Ok(id) => id,
        Err(CaseError::Already(other)) => return to(&already(other)),
        // The guide says why, and what takes its place.
        Err(CaseError::Ended(code)) => return to(&format!("/services/{code}")),
        Err(error) => return Err(fail(&visit, error)),
    };
    let opened = open::open_own(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    if opened.has_consent() && !opened.service.definition.facts.is_empty() {
        return to(&resume(&opened));
    }
    agree_and_go_on(&visit, id).await
}

/// The case that stands in the way of another one.
fn already(other: CaseId) -> String {
    format!("/cases/{other}?did=already")
}

/// Consent again, after it was revoked.
pub(super) async fn consent(visit: Visit, Path(id): Path<CaseId>) -> Answer {
    agree_and_go_on(&visit, id).await
}

async fn agree_and_go_on(visit: &Visit, id: CaseId) -> Answer {
    agree::give_consent(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    to(&format!("/cases/{id}/facts"))
}

#[derive(Deserialize)]
pub(super) struct Contest {
    #[serde(default)]
    reason: String,
    /// Takes the objection back.
    #[serde(default)]
    undo: Option<String>,
}

pub(super) async fn contest(
    visit: Visit,
    Path((id, fact)): Path<(CaseId, String)>,
    Form(form): Form<Contest>,
) -> Answer {
    let reason = form.undo.is_none().then_some(form.reason.as_str());
    match backend::cases::contest::contest(visit.backend(), visit.actor(), id, &fact, reason).await {
        Ok(()) => to(&format!("/cases/{id}/facts")),
        Err(CaseError::Text(wrong)) => {
            super::pages::contest::show_wrong(visit, id, fact, form.reason, wrong).await
        }
        Err(error) => Err(fail(&visit, error)),
    }
}

/// One step's questions: text as form data, with files as multipart.
pub(super) async fn save(visit: Visit, Path((id, step)): Path<(CaseId, String)>, request: Request) -> Answer {
    let (backend, actor) = (visit.backend(), visit.actor());
    // Before anything is read: a stranger's upload is not worth the memory.
    let before = open::open_own(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let Posted { typed: mut posted, uploads, remove, later, rows, places } = read(request).await?;
    let back_to_check = posted.remove("_return").is_some();
    let contest = posted.remove("_contest").and_then(|v| v.into_iter().next());
    let here = format!("/cases/{id}/steps/{step}");
    let suffix = if back_to_check { "&return" } else { "" };

    let asked_before: Vec<String> =
        before.form().fields.into_iter().filter(|f| f.asked).map(|f| f.id).collect();
    keep::save_step(backend, actor, id, &step, posted.clone()).await.map_err(|e| fail(&visit, e))?;
    for file in &remove {
        files::remove(backend, actor, id, *file).await.map_err(|e| fail(&visit, e))?;
    }
    for Upload { field, name, bytes } in uploads {
        match files::upload(backend, actor, id, &field, &name, bytes).await {
            Ok(_) => {}
            Err(UploadError::File(wrong)) => {
                return to(&format!("{here}?file={}&field={field}{suffix}#error-summary", wrong.code()));
            }
            Err(UploadError::Case(error)) => return Err(fail(&visit, error)),
        }
    }
    if later {
        return to(SAVED);
    }
    if rows || !remove.is_empty() {
        return to(&format!("{here}?{}", suffix.trim_start_matches('&')));
    }
    if let Some(control) = places.filter(|control| posted.contains_key(&format!("{control}.region"))) {
        return to(&format!("{here}?{}#{control}.region", suffix.trim_start_matches('&')));
    }

    let opened = open::open_own(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    if let Some(evidence) = contest.and_then(|fact| opened.evidence.iter().find(|e| e.fact == fact)) {
        return to(&format!("/cases/{id}/contest/{}", evidence.fact));
    }
    let form = opened.form();
    let step_fields =
        opened.service.definition.steps.iter().find(|s| s.id == step).map(|s| s.fields.as_slice());
    let wrong: Vec<&FieldError> = step_fields
        .unwrap_or_default()
        .iter()
        .filter_map(|f| form.field(&f.id))
        .flat_map(|state| &state.errors)
        .collect();
    // A question that only now came up is not a mistake of the person who has not seen it.
    let unseen = |error: &&FieldError| {
        let field = error.control.split('.').next().unwrap_or_default();
        error.wrong == Wrong::Missing && !asked_before.iter().any(|id| id == field) && blank(&posted, field)
    };
    if wrong.is_empty() {
        return match back_to_check && form.is_complete() {
            true => to(&format!("/cases/{id}/check")),
            false => to(&Flow::of(&opened, &form).after(&id.to_string(), Some(&step))),
        };
    }
    if wrong.iter().all(unseen) {
        to(&format!("{here}?more{suffix}"))
    } else {
        to(&format!("{here}?checked{suffix}#error-summary"))
    }
}

/// What a form of questions posted.
pub(super) struct Posted {
    pub typed: Raw,
    pub uploads: Vec<Upload>,
    /// Files to take out.
    pub remove: Vec<FileId>,
    /// To be gone on with another time.
    pub later: bool,
    /// A row was added to a group, or taken from it.
    pub rows: bool,
    /// The address whose next level is to be shown.
    pub places: Option<String>,
}

/// Reads a form of questions: text as form data, with files as multipart.
pub(super) async fn read(request: Request) -> Result<Posted, PageError> {
    let multipart = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|t| t.to_str().ok())
        .is_some_and(|t| t.starts_with("multipart/form-data"));
    let (pairs, uploads) = if multipart {
        let form = Multipart::from_request(request, &()).await.map_err(|e| PageError::Status(e.status()))?;
        read_multipart(form).await?
    } else {
        let (parts, body) = request.into_parts();
        let too_large = |_| PageError::Status(StatusCode::PAYLOAD_TOO_LARGE);
        let body = axum::body::to_bytes(body, MAX_TEXT).await.map_err(too_large)?;
        let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body.into()), &())
            .await
            .map_err(|e| PageError::Status(e.into_response().status()))?;
        (form.0, Vec::new())
    };
    let mut typed = raw(pairs);
    let later = typed.remove("_later").is_some();
    let remove = typed.remove("remove").unwrap_or_default().iter().filter_map(|id| id.parse().ok()).collect();
    let mut first = |name: &str| typed.remove(name).and_then(|v| v.into_iter().next());
    let (rows, places) = (first("_rows"), first("_places"));
    if let Some((control, count)) = rows.as_deref().and_then(|r| r.split_once(':')) {
        typed.insert(control.to_owned(), vec![count.to_owned()]);
    }
    Ok(Posted { typed, uploads, remove, later, rows: rows.is_some(), places })
}

/// Whether nothing was typed for a field.
fn blank(posted: &Raw, field: &str) -> bool {
    posted
        .iter()
        .filter(|(control, _)| control.split(['.', '-']).next() == Some(field))
        .all(|(_, values)| values.iter().all(|v| v.trim().is_empty()))
}

/// A file that was sent.
pub(super) struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

async fn read_multipart(mut form: Multipart) -> Result<(Vec<(String, String)>, Vec<Upload>), PageError> {
    /// Controls of one form at most, and files among them.
    const MAX_PARTS: usize = 2_000;
    const MAX_FILES: usize = MAX_ITEMS as usize;
    let (mut pairs, mut uploads, mut typed) = (Vec::new(), Vec::new(), 0);
    let broken = |e: axum::extract::multipart::MultipartError| PageError::Status(e.status());
    while let Some(part) = form.next_field().await.map_err(broken)? {
        if pairs.len() >= MAX_PARTS || uploads.len() >= MAX_FILES || typed > MAX_TEXT {
            return Err(PageError::Status(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let control = part.name().unwrap_or_default().to_owned();
        match part.file_name().map(str::to_owned) {
            Some(name) => {
                let bytes = Vec::from(part.bytes().await.map_err(broken)?);
                // A browser sends an empty part where nothing was chosen.
                if !(name.is_empty() && bytes.is_empty()) {
                    uploads.push(Upload { field: control, name, bytes });
                }
            }
            None => {
                let text = part.text().await.map_err(broken)?;
                typed += text.len();
                pairs.push((control, text));
            }
        }
    }
    Ok((pairs, uploads))
}

pub(super) async fn submit(visit: Visit, Path(id): Path<CaseId>) -> Answer {
    match backend::cases::submit::submit(visit.backend(), visit.actor(), id).await {
        Ok(_) => to(&format!("/cases/{id}/done")),
        Err(CaseError::Already(other)) => to(&already(other)),
        Err(CaseError::Ended(code)) => to(&format!("/services/{code}")),
        // To be looked at once more: what was checked is not what the registers say now.
        Err(CaseError::Outdated) => {
            agree::renew_facts(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
            to(&format!("/cases/{id}/facts?renewed"))
        }
        Err(CaseError::Incomplete | CaseError::ConsentNeeded) => {
            let opened =
                open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
            let path = resume(&opened);
            to(&if path.contains("/steps/") { format!("{path}?checked#error-summary") } else { path })
        }
        Err(error) => Err(fail(&visit, error)),
    }
}

/// Begins anew with the answers of a case that came to nothing.
pub(super) async fn again(visit: Visit, Path(id): Path<CaseId>) -> Answer {
    match start::begin_again(visit.backend(), visit.actor(), id).await {
        Ok(draft) => {
            let draft =
                open::open_own(visit.backend(), visit.actor(), draft).await.map_err(|e| fail(&visit, e))?;
            to(&resume(&draft))
        }
        Err(CaseError::Already(other)) => to(&already(other)),
        Err(CaseError::Ended(code)) => to(&format!("/services/{code}")),
        Err(error) => Err(fail(&visit, error)),
    }
}

pub(super) async fn withdraw(visit: Visit, Path(id): Path<CaseId>) -> Answer {
    let outcome = withdraw_case(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let did = match outcome {
        Withdrawn::Now => "withdrawn",
        Withdrawn::Before => "withdrawn-before",
    };
    to(&format!("/cases/{id}?did={did}"))
}

pub(super) async fn discard(visit: Visit, Path(id): Path<CaseId>) -> Answer {
    drop_draft::discard(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    to(DISCARDED)
}

/// Whether a field of a definition carries files.
pub(super) fn has_files(fields: &[domain::catalog::Field]) -> bool {
    fields.iter().any(|f| f.kind == FieldType::File)
}

/// The words of a file that was not taken, from the code in the address.
pub(super) fn file_error(code: &str) -> Option<FileError> {
    [FileError::Empty, FileError::TooLarge, FileError::WrongType, FileError::Damaged, FileError::TooMany]
        .into_iter()
        .find(|e| e.code() == code)
}
