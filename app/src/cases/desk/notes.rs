//! Internal notes beside a case: colleagues read them, the applicant never does.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::cases::notes::{self, MAX_NOTE, MOST, NoteLine};
use backend::cases::{CaseError, Opened, queue};
use backend::identity::FieldError;
use domain::ids::{CaseId, NoteId, StaffId};
use leptos::prelude::*;

use super::draft::{self, Typed, typed};
use super::frame::handles;
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{ButtonKind, Card, ErrorLink, ErrorSummary, SubmitButton, TextArea};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-note";

/// What the page of a case shows of its notes.
pub(super) struct Notes {
    case: CaseId,
    lines: Vec<NoteLine>,
    names: BTreeMap<StaffId, String>,
    words: String,
    errors: Vec<ErrorLink>,
}

impl Notes {
    /// None for who sees the case for the sake of a seat in it and is of another office.
    pub async fn of(visit: &Visit, opened: &Opened) -> Result<Option<Notes>, PageError> {
        let (backend, actor, row) = (visit.backend(), visit.actor(), &opened.row);
        if !handles(visit, &row.department, row.place) {
            return Ok(None);
        }
        let case = row.id;
        let lines = notes::notes_of(backend, actor, case).await.map_err(|e| fail(visit, e))?;
        let authors: Vec<StaffId> = lines.iter().map(|line| line.author).collect();
        let names = queue::colleagues(backend, actor, &authors).await.map_err(|e| fail(visit, e))?;
        let kept = draft::of(visit, FORM, &case.to_string()).await?;
        let errors = draft::links(visit, &kept.errors);
        Ok(Some(Notes { case, lines, names, words: kept.get("note").to_owned(), errors }))
    }

    pub fn view(self, visit: &Visit) -> AnyView {
        let locale = visit.locale;
        let t = move |key: &str| text(locale, key);
        let me = visit.viewer.as_ref().and_then(|v| v.staff()).map(|s| s.id);
        let (case, full) = (self.case, self.lines.len() as i64 >= MOST);
        let line = |line: NoteLine| {
            let name = self.names.get(&line.author).cloned().unwrap_or_else(|| t("desk-by-staff"));
            let about = format!("{name} · {}", line.at.display_minutes());
            let own = Some(line.author) == me && line.struck_at.is_none();
            let strike = own.then(|| {
                let action = format!("/staff/cases/{case}/notes/{}/strike", line.id);
                let label = t("desk-note-strike");
                view! {
                    <form method="post" action=action>
                        <SubmitButton label kind=ButtonKind::Quiet small=true/>
                    </form>
                }
            });
            let words = match line.struck_at {
                None => view! { <p class="note-words">{line.words}</p> }.into_any(),
                Some(at) => {
                    let said = with(locale, "desk-note-struck", &[("time", at.display_minutes().into())]);
                    view! {
                        <p class="note-words"><s>{line.words}</s></p>
                        <p class="faint">{said}</p>
                    }
                    .into_any()
                }
            };
            view! { <li class="note">{words}<div class="note-about faint"><span>{about}</span>{strike}</div></li> }
        };
        let lines: Vec<_> = self.lines.into_iter().map(line).collect();
        let wrong = draft::at(&self.errors, "note");
        let form = match full {
            true => view! { <p class="muted">{with(locale, "desk-notes-full", &[("n", MOST.into())])}</p> }.into_any(),
            false => view! {
                <form method="post" action=format!("/staff/cases/{case}/notes") class="stack" novalidate=true>
                    <ErrorSummary title=t("error-summary") errors=self.errors/>
                    <TextArea name="note" label=t("desk-note-new") hint=t("desk-note-hint") value=self.words error=wrong rows=3 maxlength=MAX_NOTE/>
                    <SubmitButton label=t("desk-note-add") kind=ButtonKind::Secondary small=true/>
                </form>
            }
            .into_any(),
        };
        view! {
            <div id="notes">
                <Card title=t("desk-notes")>
                    {(!lines.is_empty()).then(|| view! { <ul class="notes">{lines}</ul> })}
                    {form}
                </Card>
            </div>
        }
        .into_any()
    }
}

/// What is wrong with a note, if anything.
fn wrong_note(words: &str) -> Option<FieldError> {
    draft::wrong_text("note", words, (2, MAX_NOTE), true, "desk-note-missing")
}

pub(super) async fn add(visit: Visit, Path(id): Path<CaseId>, Form(answers): Form<Typed>) -> PageResult {
    visit.staff()?;
    let office = queue::desk_of(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    // Notes are the office's own: not of who has a seat in the case.
    if !handles(&visit, &office.department, office.place) {
        return Err(PageError::Forbidden);
    }
    let words = typed(&answers, "note");
    let mut errors: Vec<FieldError> = wrong_note(words).into_iter().collect();
    if errors.is_empty() {
        match notes::write(visit.backend(), visit.actor(), id, words).await {
            Ok(_) => {
                draft::forget(&visit, FORM).await?;
                return Ok(Redirect::to(&format!("/staff/cases/{id}?did=noted#notes")).into_response());
            }
            Err(CaseError::TooMany) => errors.push(FieldError::new("note", "desk-notes-full").count(MOST)),
            Err(error) => return Err(fail(&visit, error)),
        }
    }
    draft::keep(&visit, FORM, &id.to_string(), &answers, &["note"], errors).await?;
    Ok(Redirect::to(&format!("/staff/cases/{id}#error-summary")).into_response())
}

pub(super) async fn strike(visit: Visit, Path((id, note)): Path<(CaseId, NoteId)>) -> PageResult {
    visit.staff()?;
    notes::strike(visit.backend(), visit.actor(), id, note).await.map_err(|e| fail(&visit, e))?;
    Ok(Redirect::to(&format!("/staff/cases/{id}?did=struck#notes")).into_response())
}

/// After signing in again on a post that was on its way.
pub(super) async fn back_to_case(Path((id, _)): Path<(CaseId, NoteId)>) -> Redirect {
    Redirect::to(&format!("/staff/cases/{id}"))
}
