//! 督办: what the offices below let run late, and a word to them.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::queue::Desk as Office;
use backend::cases::supervision::{Key, Told, see, unseen};
use backend::cases::{CaseError, MAX_REASON};
use domain::cases::Light;
use domain::ids::EscalationId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, desk_name, due_words};
use super::queue::pages;
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{
    ButtonKind, ButtonLink, Card, EmptyState, ErrorSummary, PageHead, StaffLayout, SubmitButton, Tag,
    TextArea, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-supervise";
const PAGE: &str = "/staff/supervision";

pub(super) fn light_tag(light: Light, visit: &Visit) -> (String, Tone) {
    let tone = match light {
        Light::Green => Tone::Jade,
        Light::Yellow => Tone::Amber,
        Light::Red => Tone::Red,
    };
    (text(visit.locale, &format!("desk-light-{}", light.code())), tone)
}

/// Where a page begins.
#[derive(Deserialize)]
pub(super) struct Begin {
    after: Option<String>,
}

/// A place in the list: `<light>-<microseconds>-<id>`.
fn key(text: &str) -> Option<Key> {
    let mut parts = text.splitn(3, '-');
    let light = Light::from_code(parts.next()?)?;
    Some((light, Timestamp::from_micros(parts.next()?.parse().ok()?), parts.next()?.parse().ok()?))
}

pub(super) async fn list(visit: Visit, Query(begin): Query<Begin>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Supervise).await?;
    let after = begin.after.as_deref().and_then(key);
    let (told, next) = unseen(visit.backend(), visit.actor(), after).await.map_err(|e| fail(&visit, e))?;
    let next = next.map(|(light, at, id)| format!("{PAGE}?after={}-{}-{id}", light.code(), at.as_micros()));
    let back = after.is_some().then(|| PAGE.to_owned());
    let locale = visit.locale;
    let (title, lead) = (text(locale, "desk-supervise"), text(locale, "desk-supervise-lead"));
    let Some(viewer) = &visit.viewer else { return Err(PageError::Forbidden) };
    let kept = backend::identity::form_draft(visit.backend(), viewer.session.id, FORM).await?;
    let errors = draft::links(&visit, &kept.errors);
    visit.page(draft::title(&visit, &title, &errors), || {
        let none = told.is_empty();
        let cards = told
            .into_iter()
            .map(|(told, case)| {
                let (label, tone) = light_tag(told.light, &visit);
                let (due, _) = due_words(&visit, &case.row);
                let office = desk_name(&visit, &Office::of_office(&case.row.department, case.row.place));
                let name = case.service.definition.name.get(locale).to_owned();
                let reference = super::queue::reference(&case);
                let mine = kept.get("subject") == told.id.to_string();
                let (value, error) = if mine {
                    (kept.get("words").to_owned(), draft::at(&errors, "words"))
                } else {
                    (String::new(), None)
                };
                let control = if mine { "words".to_owned() } else { format!("words-{}", told.id) };
                view! {
                    <Card title=name>
                        <p class="row"><Tag label tone/><span>{due}</span></p>
                        <p class="muted">{office}" · "{reference}</p>
                        <p><ButtonLink href=format!("/staff/cases/{}", case.row.id) label=text(locale, "desk-supervise-look") kind=ButtonKind::Secondary small=true/></p>
                        <form method="post" action=format!("/staff/supervision/{}", told.id) class="stack" novalidate=true>
                            <TextArea name=control label=text(locale, "desk-supervise-words") value error rows=2 maxlength=MAX_REASON optional=true/>
                            <SubmitButton label=text(locale, "desk-supervise-see") small=true/>
                        </form>
                    </Card>
                }
            })
            .collect_view();
        let summary = text(locale, "error-summary");
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title lead/>
                <div class="stack desk-narrow">
                    {(!errors.is_empty()).then(|| view! { <ErrorSummary title=summary errors/> })}
                    {none.then(|| view! { <EmptyState title=text(locale, "desk-supervise-none") text=text(locale, "desk-supervise-none-text")/> })}
                    {cards}
                    {pages(back, next, locale)}
                </div>
            </StaffLayout>
        }
    })
}

/// After signing in again on a form that was on its way.
pub(super) async fn back() -> Redirect {
    Redirect::to("/staff/supervision")
}

pub(super) async fn take_note(
    visit: Visit,
    Path(id): Path<EscalationId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let words = match typed(&answers, "words") {
        "" => typed(&answers, &format!("words-{id}")),
        words => words,
    };
    let errors: Vec<_> = match words {
        "" => Vec::new(),
        words => draft::wrong_words("words", words).into_iter().collect(),
    };
    if !errors.is_empty() {
        let kept = Typed::from([("words".to_owned(), words.to_owned())]);
        draft::keep(&visit, FORM, &id.to_string(), &kept, &["words"], errors).await?;
        return Ok(Redirect::to("/staff/supervision#error-summary").into_response());
    }
    match see(visit.backend(), visit.actor(), id, words).await {
        // A colleague was faster: it is off the list either way.
        Ok(()) | Err(CaseError::Changed) => {
            draft::forget(&visit, FORM).await?;
            Ok(Redirect::to("/staff/supervision").into_response())
        }
        Err(error) => Err(fail(&visit, error)),
    }
}

/// Who above knows of a case, for its page.
pub(super) fn card(visit: &Visit, told: &[Told]) -> Option<AnyView> {
    if told.is_empty() {
        return None;
    }
    let locale = visit.locale;
    let rows = told
        .iter()
        .map(|told| {
            let (label, tone) = light_tag(told.light, visit);
            let office = desk_name(visit, &Office::of_office(&told.department, told.region));
            let at = told.at.display_minutes();
            let said = with(locale, "desk-supervise-told", &[("office", office.into()), ("at", at.into())]);
            let words = told.words.clone();
            view! {
                <li class="opinion">
                    <p class="row"><Tag label tone/><span class="muted">{said}</span></p>
                    {words.map(|words| view! { <p class="compare-lines">{words}</p> })}
                </li>
            }
        })
        .collect_view();
    Some(
        view! { <Card title=text(locale, "desk-supervised")><ul class="opinions">{rows}</ul></Card> }
            .into_any(),
    )
}
