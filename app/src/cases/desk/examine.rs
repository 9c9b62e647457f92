//! 审核: seats that wait for an opinion, and giving it.

use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::cases::examination::{opine, waiting_seats};
use backend::cases::queue::Desk as Office;
use backend::cases::{CaseError, MAX_REASON, Opened};
use backend::identity::{Denied, FormDraft};
use domain::cases::stages::{has_sat, open_seats};
use domain::cases::{Action, CaseState, SeatAt};
use domain::identity::Role;
use domain::ids::CaseId;
use leptos::prelude::*;

use super::decide::settle;
use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, due_words, may_at};
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{
    Card, Choice, EmptyState, List, ListRow, PageHead, RadioCards, StaffLayout, SubmitButton, Tag, TextArea,
    Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-opinion";

/// What waits for the opinion of who is signed in.
pub(super) async fn list(visit: Visit) -> PageResult {
    let desk = Desk::of(&visit, Spot::Examine).await?;
    let seats = waiting_seats(visit.backend(), visit.actor()).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let (title, lead) = (text(locale, "desk-examine"), text(locale, "desk-examine-lead"));
    visit.page(title.clone(), || {
        let rows = seats
            .into_iter()
            .map(|waiting| {
                let definition = &waiting.case.service.definition;
                let stage = usize::try_from(waiting.seat.stage).ok();
                let stage = stage.and_then(|stage| definition.decision.stages.get(stage));
                let stage = stage.map(|stage| stage.title.get(locale)).unwrap_or_default();
                let (due, _) = due_words(&visit, &waiting.case.row);
                let note = format!("{stage} · {} · {due}", waiting.case.row.reference.unwrap_or_default());
                let title = definition.name.get(locale).to_owned();
                view! { <ListRow title href=format!("/staff/cases/{}", waiting.seat.case_id) note/> }
            })
            .collect::<Vec<_>>();
        let body = if rows.is_empty() {
            view! { <EmptyState title=text(locale, "desk-examine-none") text=text(locale, "desk-examine-none-text")/> }.into_any()
        } else {
            view! { <List>{rows}</List> }.into_any()
        };
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title lead/>
                {body}
            </StaffLayout>
        }
    })
}

/// What was typed for an opinion on a case; nothing where nobody is asked.
pub(super) async fn typed_before(visit: &Visit, opened: &Opened) -> Result<FormDraft, PageError> {
    match opened.seats.is_empty() {
        true => Ok(FormDraft::default()),
        false => draft::of(visit, FORM, &opened.row.id.to_string()).await,
    }
}

/// Who was asked and what they said, with the form for a seat of one's own.
pub(super) fn card(visit: &Visit, opened: &Opened, kept: &FormDraft) -> Option<AnyView> {
    let stages = &opened.service.definition.decision.stages;
    if stages.is_empty() {
        return None;
    }
    let (locale, id) = (visit.locale, opened.row.id);
    let given = opened.opinions();
    let open = match opened.row.state {
        CaseState::Accepted => open_seats(stages, &given),
        _ => Vec::new(),
    };
    let me = visit.viewer.as_ref().and_then(|v| v.staff()).map(|s| s.id)?;
    let mut rows = Vec::new();
    for seat in &opened.seats {
        let stage = stages.get(usize::from(seat.at().stage));
        let title = stage.map(|stage| stage.title.get(locale).to_owned()).unwrap_or_default();
        let office = super::frame::desk_name(visit, &Office::of_office(&seat.department, seat.place));
        let words = opened.words_of(visit.backend(), seat).unwrap_or_else(|error| {
            tracing::error!(%error, "an opinion cannot be read");
            None
        });
        let (label, tone) = match seat.favours {
            Some(true) => ("desk-opinion-for", Tone::Jade),
            Some(false) => ("desk-opinion-against", Tone::Red),
            None if seat.closed_at.is_some() => continue,
            None => ("desk-opinion-waits", Tone::Amber),
        };
        rows.push(view! {
            <li class="opinion">
                <p class="row"><strong>{title}</strong><span class="muted">{office}</span><Tag label=text(locale, label) tone/></p>
                {words.filter(|w| !w.is_empty()).map(|words| view! { <p class="compare-lines">{words}</p> })}
            </li>
        });
    }
    let mine = opened.seats.iter().find(|seat| {
        open.contains(&seat.at())
            && seat.closed_at.is_none()
            && may_at(visit, Role::Review, &seat.department, seat.place)
            && !has_sat(&given, me)
    });
    let errors = draft::links(visit, &kept.errors);
    let form = mine.map(|seat| {
        let choices = vec![
            Choice::new("yes", text(locale, "desk-opinion-for")),
            Choice::new("no", text(locale, "desk-opinion-against")),
        ];
        let (favours, words) = (kept.get("favours").to_owned(), kept.get("words").to_owned());
        let (wrong, missing) = (draft::at(&errors, "words"), draft::at(&errors, "favours"));
        view! {
            <form method="post" action=format!("/staff/cases/{id}/opinion") class="stack" id="opinion" novalidate=true>
                <input type="hidden" name="version" value=opened.row.version.to_string()/>
                <input type="hidden" name="stage" value=seat.stage.to_string()/>
                <input type="hidden" name="seat" value=seat.seat.to_string()/>
                <RadioCards name="favours" legend=text(locale, "desk-opinion-yours") choices value=favours error=missing/>
                <TextArea name="words" label=text(locale, "desk-opinion-words") hint=text(locale, "desk-opinion-words-hint") value=words error=wrong rows=3 maxlength=MAX_REASON optional=true/>
                <SubmitButton label=text(locale, "desk-opinion-give") block=true/>
            </form>
        }
    });
    let left = with(locale, "desk-opinion-left", &[("n", open.len().into())]);
    let lead = (!open.is_empty()).then(|| view! { <p class="muted">{left}</p> });
    Some(
        view! {
            <Card title=text(locale, "desk-opinions")>
                {lead}
                <ul class="opinions">{rows}</ul>
                {form}
            </Card>
        }
        .into_any(),
    )
}

pub(super) async fn give(visit: Visit, Path(id): Path<CaseId>, Form(answers): Form<Typed>) -> PageResult {
    // Who has nothing to do with the case is told so before anything that was posted is read.
    Desk::of_case(&visit, Spot::Examine, id).await?;
    let number = |name: &str| typed(&answers, name).parse::<u16>().map_err(|_| PageError::Conflict);
    let at = SeatAt { stage: number("stage")?, seat: number("seat")? };
    let version: i64 = typed(&answers, "version").parse().map_err(|_| PageError::Conflict)?;
    let words = typed(&answers, "words");
    let mut errors = Vec::new();
    let favours = match typed(&answers, "favours") {
        "yes" => true,
        "no" => {
            errors.extend(draft::wrong_words("words", words));
            false
        }
        _ => {
            errors.push(backend::identity::FieldError::new("favours", "desk-opinion-missing"));
            false
        }
    };
    let here = format!("/staff/cases/{id}#opinion");
    let keep = async |errors| {
        draft::keep(&visit, FORM, &id.to_string(), &answers, &["favours", "words"], errors).await
    };
    if !errors.is_empty() {
        keep(errors).await?;
        return Ok(Redirect::to(&here).into_response());
    }
    match opine(visit.backend(), visit.actor(), id, version, at, favours, words).await {
        Err(CaseError::Denied(Denied::ReauthenticationNeeded)) => {
            keep(Vec::new()).await?;
            Err(PageError::ReauthenticationNeeded { next: here })
        }
        Err(CaseError::Text(_)) => {
            keep(draft::wrong_words("words", words).into_iter().collect()).await?;
            Ok(Redirect::to(&here).into_response())
        }
        result => {
            if result.is_ok() {
                draft::forget(&visit, FORM).await?;
            }
            settle(&visit, id, Action::Approve, "opinion", result).await
        }
    }
}
