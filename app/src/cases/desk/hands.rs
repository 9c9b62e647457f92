//! Whose a case is: taking it, giving it back, giving it to a colleague, and handing it to another office.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::queue::glance;
use backend::cases::{CaseError, claim, transfer};
use backend::identity::FieldError;
use domain::cases::ReasonKind;
use domain::ids::{CaseId, OfficeId};
use domain::organisation::Office;
use leptos::prelude::*;

use super::chooser::{Chooser, inserted};
use super::conflict;
use super::decide::{Look, sight};
use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot};
use crate::cases::errors::fail;
use crate::cases::pages::track::reference_text;
use crate::errors::PageError;
use crate::ui::{
    Breadcrumb, ButtonKind, ButtonLink, Choice, ErrorSummary, PageHead, RadioCards, StaffLayout,
    SubmitButton, TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-transfer";

pub(super) async fn claim(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    visit.staff()?;
    settle(&visit, id, "claimed", claim::claim(visit.backend(), visit.actor(), id).await).await
}

pub(super) async fn release(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    visit.staff()?;
    settle(&visit, id, "released", claim::release(visit.backend(), visit.actor(), id).await).await
}

pub(super) async fn assign(visit: Visit, Path(id): Path<CaseId>, Form(answers): Form<Typed>) -> PageResult {
    Desk::of_case(&visit, Spot::Queue, id).await?;
    let to = typed(&answers, "to").parse().map_err(|_| PageError::NotFound)?;
    settle(&visit, id, "assigned", claim::assign(visit.backend(), visit.actor(), id, to).await).await
}

async fn settle(visit: &Visit, id: CaseId, did: &str, result: Result<(), CaseError>) -> PageResult {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/staff/cases/{id}?did={did}")).into_response()),
        Err(CaseError::Held(_)) => conflict::held(visit, id).await,
        Err(CaseError::WaitsForApplicant) => conflict::waits(visit, id).await,
        Err(error) => Err(fail(visit, error)),
    }
}

/// Where the case can go, and why it should.
pub(super) async fn ask(visit: Visit, Path(id): Path<CaseId>, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    if !desk.may_accept && !desk.may_decide {
        return Err(PageError::Forbidden);
    }
    // Possible while a decision would be.
    let opened = match sight(&visit, id, look.version, domain::cases::Action::AskSupplement).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let locale = visit.locale;
    let ways = transfer::ways(visit.backend(), &opened.row.department, opened.row.place);
    let choice = |office: &Office, key: &str| {
        Choice::new(office.id.to_string(), office.name.get(locale)).hint(text(locale, key))
    };
    let choices: Vec<Choice> = ways
        .up
        .iter()
        .map(|office| choice(office, "desk-transfer-up"))
        .chain(ways.down.iter().map(|office| choice(office, "desk-transfer-down")))
        .chain(ways.across.iter().map(|office| choice(office, "desk-transfer-across")))
        .collect();
    let chooser = Chooser::of(&visit, &opened, ReasonKind::Transfer).await?;
    let kept = draft::of(&visit, FORM, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (to, words) = (kept.get("to").to_owned(), kept.get("words").to_owned());
    let version = opened.row.version;
    let title = text(locale, "desk-transfer");
    let reference = reference_text(&opened);
    visit.page(draft::title(&visit, &title, &errors), || {
        let chooser = chooser.view(&visit);
        let (to_error, words_error) = (draft::at(&errors, "to"), draft::at(&errors, "words"));
        let lead = with(locale, "desk-transfer-text", &[("n", i64::from(transfer::TAKE_DAYS).into())]);
        let form = match choices.is_empty() {
            true => view! { <p>{text(locale, "desk-transfer-none")}</p> }.into_any(),
            false => view! {
                <form method="post" action=format!("/staff/cases/{id}/transfer") class="stack" novalidate=true>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <RadioCards name="to" legend=text(locale, "desk-transfer-to") choices value=to error=to_error/>
                    {chooser}
                    <TextArea name="words" label=text(locale, "desk-transfer-why") value=words error=words_error/>
                    <SubmitButton label=text(locale, "desk-transfer")/>
                </form>
            }
            .into_any(),
        };
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=vec![(format!("/staff/cases/{id}"), reference)] here=title.clone()/>
                <PageHead title lead/>
                <div class="stack desk-narrow">
                    {(!errors.is_empty())
                        .then(|| view! { <ErrorSummary title=text(locale, "error-summary-title") errors/> })}
                    {form}
                    <ButtonLink href=format!("/staff/cases/{id}") label=text(locale, "back") kind=ButtonKind::Quiet/>
                </div>
            </StaffLayout>
        }
    })
}

pub(super) async fn transfer(
    visit: Visit,
    Path(id): Path<CaseId>,
    Form(mut answers): Form<Typed>,
) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    if !desk.may_accept && !desk.may_decide {
        return Err(PageError::Forbidden);
    }
    let version: i64 = typed(&answers, "version").parse().map_err(|_| PageError::Conflict)?;
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if inserted(&visit, &opened, ReasonKind::Transfer, &mut answers).await? {
        draft::keep(&visit, FORM, &id.to_string(), &answers, &["to", "words"], Vec::new()).await?;
        let form = format!("/staff/cases/{id}/transfer?version={version}#words");
        return Ok(Redirect::to(&form).into_response());
    }
    let (to, words) = (typed(&answers, "to").parse::<OfficeId>(), typed(&answers, "words"));
    let mut errors: Vec<FieldError> = draft::wrong_words("words", words).into_iter().collect();
    if to.is_err() {
        errors.insert(0, FieldError::new("to", "desk-transfer-missing"));
    }
    let form = format!("/staff/cases/{id}/transfer?version={version}");
    let (Ok(to), true) = (to, errors.is_empty()) else {
        draft::keep(&visit, FORM, &id.to_string(), &answers, &["to", "words"], errors).await?;
        return Ok(Redirect::to(&format!("{form}#error-summary")).into_response());
    };
    match transfer::transfer(visit.backend(), visit.actor(), id, version, to, words).await {
        Ok(()) => {
            draft::forget(&visit, FORM).await?;
            // Whoever sees only their own office sees it no more.
            Ok(Redirect::to("/staff?did=transferred").into_response())
        }
        Err(CaseError::Held(_)) => conflict::held(&visit, id).await,
        Err(CaseError::Changed) => conflict::page(&visit, id, domain::cases::Action::AskSupplement).await,
        Err(error) => Err(fail(&visit, error)),
    }
}
