//! 补正 at the desk: what is wrong, question by question, and what would be right.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::supplement::{Asked, ask_supplement, asked_so_often};
use backend::cases::{CaseError, Opened};
use backend::identity::FieldError;
use domain::cases::supplement::MAX_ASK;
use domain::cases::{About, Action, Ask, ReasonKind, SupplementEnd};
use domain::ids::CaseId;
use domain::text::Locale;
use leptos::prelude::*;

use super::chooser::{Chooser, inserted_at};
use super::conflict;
use super::decide::{Look, about, crumbs, settle, sight};
use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot};
use super::values::{Sight, Teller};
use crate::cases::errors::fail;
use crate::cases::pages::supplement::{change_rows, subject};
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Choice, Disclosure, ErrorSummary, PageHead, StaffLayout,
    SubmitButton, SummaryList, SummaryRow, TextArea,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-supplement";

/// Everything that can be asked about: the questions that were asked, and the materials.
fn subjects(opened: &Opened) -> Vec<About> {
    let form = opened.form();
    let asked = form.fields.iter().filter(|field| field.asked).map(|field| About::Field(field.id.clone()));
    let materials = 0..opened.service.definition.materials.len() as u16;
    asked.chain(materials.map(About::Material)).collect()
}

/// Names of the two text areas of an ask.
fn controls(about: &About) -> [String; 2] {
    ["wrong", "right"].map(|part| format!("{part}.{}", about.control()))
}

pub(super) async fn ask(visit: Visit, Path(id): Path<CaseId>, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    if !desk.may_accept && !desk.may_decide {
        return Err(PageError::Forbidden);
    }
    let opened = match sight(&visit, id, look.version, Action::AskSupplement).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let locale = visit.locale;
    let chooser = Chooser::of(&visit, &opened, ReasonKind::Supplement).await?;
    let often = asked_so_often(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    let kept = draft::of(&visit, FORM, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (rows, crumbs) = (about(&visit, &opened).await?, crumbs(&visit, &opened));
    let limit = opened.service.definition.supplement;
    let title = text(locale, "desk-supplement");
    let lead = with(
        locale,
        "desk-supplement-lead",
        &[("days", limit.days.into()), ("most", i64::from(limit.most).into())],
    );
    let version = opened.row.version;
    visit.page(draft::title(&visit, &title, &errors), || {
        let teller = Teller { reference: &visit.backend().catalog.reference, locale };
        let of = |about: &About| Choice::new(about.control(), subject(&opened, about, locale));
        let chooser = chooser.filling(&visit, subjects(&opened).iter().map(of).collect());
        let asks = subjects(&opened)
            .into_iter()
            .map(|about| {
                let name = subject(&opened, &about, locale);
                let said = answer_words(teller, &opened, &about);
                let [wrong, right] = controls(&about);
                let (wrong_said, right_said) = (kept.get(&wrong).to_owned(), kept.get(&right).to_owned());
                let (wrong_error, right_error) = (draft::at(&errors, &wrong), draft::at(&errors, &right));
                let open = !wrong_said.is_empty() || !right_said.is_empty();
                view! {
                    <Disclosure summary=name open>
                        <div class="stack">
                            {said.map(|said| view! { <p class="muted compare-lines">{said}</p> })}
                            <TextArea name=wrong label=text(locale, "supplement-wrong") value=wrong_said error=wrong_error rows=2 maxlength=MAX_ASK/>
                            <TextArea name=right label=text(locale, "supplement-right") value=right_said error=right_error rows=2 maxlength=MAX_ASK/>
                        </div>
                    </Disclosure>
                }
            })
            .collect_view();
        let form = if often {
            view! { <Alert kind=AlertKind::Warning title=text(locale, "desk-supplement-often")><p>{text(locale, "desk-supplement-often-text")}</p></Alert> }
                .into_any()
        } else {
            view! {
                <form method="post" action=format!("/staff/cases/{id}/supplement") class="stack" novalidate=true>
                    <input type="hidden" name="version" value=version.to_string()/>
                    {chooser}
                    <div id="asks" class="stack">{asks}</div>
                    <SubmitButton label=text(locale, "desk-supplement-send")/>
                </form>
            }
            .into_any()
        };
        let summary = text(locale, "error-summary");
        view! {
            <StaffLayout frame=desk.frame>
                <crate::ui::Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead/>
                <div class="stack desk-narrow">
                    {(!errors.is_empty()).then(|| view! { <ErrorSummary title=summary errors/> })}
                    <SummaryList plain=true rows/>
                    {form}
                    <ButtonLink href=format!("/staff/cases/{id}") label=text(locale, "desk-back-to-case") kind=ButtonKind::Quiet/>
                </div>
            </StaffLayout>
        }
    })
}

fn answer_words(teller: Teller<'_>, opened: &Opened, about: &About) -> Option<String> {
    let About::Field(id) = about else { return None };
    let field = opened.service.definition.field(id)?;
    let form = opened.form();
    let answer = form.field(id)?.answer.clone();
    Some(match answer {
        Some(answer) => teller.answer(opened, field, &answer, Sight::Masked),
        None => text(teller.locale, "not-answered"),
    })
}

/// The asks that were typed; what is half typed is wrong.
fn read(opened: &Opened, answers: &Typed) -> Result<Vec<Ask>, Vec<FieldError>> {
    let (mut asks, mut errors) = (Vec::new(), Vec::new());
    for about in subjects(opened) {
        let names = controls(&about);
        let [wrong, right] = [0, 1].map(|n| typed(answers, &names[n]));
        if wrong.is_empty() && right.is_empty() {
            continue;
        }
        for (name, words) in names.iter().zip([wrong, right]) {
            errors.extend(draft::wrong_text(name, words, (2, MAX_ASK), true, "desk-words-missing"));
        }
        asks.push(Ask { about, wrong: wrong.to_owned(), right: right.to_owned() });
    }
    if asks.is_empty() {
        errors.push(FieldError::new("asks", "desk-supplement-nothing"));
    }
    if errors.is_empty() { Ok(asks) } else { Err(errors) }
}

pub(super) async fn send(visit: Visit, Path(id): Path<CaseId>, Form(mut answers): Form<Typed>) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    if !desk.may_accept && !desk.may_decide {
        return Err(PageError::Forbidden);
    }
    let version: i64 = typed(&answers, "version").parse().map_err(|_| PageError::Conflict)?;
    let opened = match sight(&visit, id, Some(version), Action::AskSupplement).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let names: Vec<String> = subjects(&opened).iter().flat_map(controls).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let right = format!("right.{}", typed(&answers, "about"));
    if names.contains(&right.as_str())
        && inserted_at(&visit, &opened, ReasonKind::Supplement, &right, &mut answers).await?
    {
        draft::keep(&visit, FORM, &id.to_string(), &answers, &names, Vec::new()).await?;
        let form = format!("/staff/cases/{id}/supplement?version={version}#{right}");
        return Ok(Redirect::to(&form).into_response());
    }
    let asks = match read(&opened, &answers) {
        Ok(asks) => asks,
        Err(errors) => {
            draft::keep(&visit, FORM, &id.to_string(), &answers, &names, errors).await?;
            let form = format!("/staff/cases/{id}/supplement?version={version}#error-summary");
            return Ok(Redirect::to(&form).into_response());
        }
    };
    match ask_supplement(visit.backend(), visit.actor(), id, version, asks).await {
        Ok(()) => {
            draft::forget(&visit, FORM).await?;
            settle(&visit, id, Action::AskSupplement, "supplement", Ok(())).await
        }
        Err(CaseError::AskedEnough | CaseError::Ask(_)) => {
            conflict::page(&visit, id, Action::AskSupplement).await
        }
        other => settle(&visit, id, Action::AskSupplement, "supplement", other).await,
    }
}

/// What was asked for and what came, for the page of the case.
pub(super) fn history(visit: &Visit, opened: &Opened, asked: &[Asked]) -> Vec<(String, Vec<SummaryRow>)> {
    let locale = visit.locale;
    asked.iter().map(|asked| (title(asked, locale), rows(visit, opened, asked))).collect()
}

fn title(asked: &Asked, locale: Locale) -> String {
    let day = [("day", asked.due_on.clone().into())];
    match asked.ended_by {
        None => with(locale, "desk-supplement-open", &day),
        Some(SupplementEnd::Answered) => {
            let day = asked.ended_at.map(|at| at.date_in_china().to_string()).unwrap_or_default();
            with(locale, "supplement-answered", &[("day", day.into())])
        }
        Some(SupplementEnd::Lapsed) => with(locale, "desk-supplement-lapsed", &day),
        Some(SupplementEnd::Withdrawn) => text(locale, "desk-supplement-withdrawn"),
    }
}

fn rows(visit: &Visit, opened: &Opened, asked: &Asked) -> Vec<SummaryRow> {
    let mut rows: Vec<SummaryRow> = asked
        .asks
        .iter()
        .map(|ask| SummaryRow {
            name: subject(opened, &ask.about, visit.locale),
            value: with(
                visit.locale,
                "desk-supplement-said",
                &[("wrong", ask.wrong.clone().into()), ("right", ask.right.clone().into())],
            ),
            change: None,
        })
        .collect();
    rows.extend(change_rows(visit, opened, &asked.changes));
    rows
}
