//! Finding cases by a reference number, an ID number or a name. What is typed may be about a person: it is posted and kept
//! in the session, so that no address holds it.

use axum::Form;
use axum::response::{IntoResponse, Redirect};
use backend::cases::list::Listed;
use backend::cases::queue::{self, Found};
use domain::text::Locale;
use leptos::prelude::*;

use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, state_words};
use super::queue::{open_link, reference};
use crate::cases::errors::fail;
use crate::ui::{
    ButtonKind, ButtonLink, Column, ColumnKind, EmptyState, IconName, PageHead, SearchForm, StaffLayout,
    Table, Tag, Tone, Toolbar,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-search";
const SUBJECT: &str = "cases";
/// Longer is no number and no name.
const LONGEST: usize = 100;

pub(super) async fn keep(visit: Visit, Form(answers): Form<Typed>) -> PageResult {
    visit.staff()?;
    let words: String = typed(&answers, "q").chars().take(LONGEST).collect();
    draft::keep(&visit, FORM, SUBJECT, &Typed::from([("q".to_owned(), words)]), &["q"], Vec::new()).await?;
    Ok(Redirect::to("/staff/search").into_response())
}

/// The cases that a number or a name leads to; the one there is, is opened.
pub(super) async fn show(visit: Visit) -> PageResult {
    visit.staff()?;
    let desk = Desk::at(&visit, Spot::Queue, None).await?;
    let kept = draft::of(&visit, FORM, SUBJECT).await?;
    let words = kept.get("q").to_owned();
    if desk.at.is_none() || words.is_empty() {
        return Ok(Redirect::to("/staff").into_response());
    }
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let cases = match queue::search(backend, actor, &words).await.map_err(|e| fail(&visit, e))? {
        Found::Nonsense => return not_found(&visit, desk, words, "desk-search-wrong"),
        Found::Cases(cases) => cases,
    };
    match cases.as_slice() {
        [] => return not_found(&visit, desk, words, "desk-search-none"),
        [one] => return Ok(Redirect::to(&format!("/staff/cases/{}", one.row.id)).into_response()),
        _ => {}
    }
    let names = queue::applicants(backend, actor, &cases).await.map_err(|e| fail(&visit, e))?;
    let title = with(locale, "desk-search-found", &[("n", cases.len().into())]);
    visit.page(title.clone(), || {
        let column = |key: &str, kind| Column::new(text(locale, key), kind);
        let columns = vec![
            column("desk-column-stage", ColumnKind::Mark),
            column("desk-column-reference", ColumnKind::Plain),
            column("desk-column-service", ColumnKind::Lead),
            column("desk-column-applicant", ColumnKind::Plain),
            column("desk-column-action", ColumnKind::Action),
        ];
        let row = |(case, name): (&Listed, String)| {
            let (label, tone) = state_words(case.row.state, locale);
            vec![
                view! { <Tag label tone/> }.into_any(),
                view! { <span class="num nowrap">{reference(case)}</span> }.into_any(),
                case.service.definition.name.get(locale).to_owned().into_any(),
                name.into_any(),
                open_link(case, text(locale, "desk-look")),
            ]
        };
        let rows = cases.iter().zip(names).map(row).collect();
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=title.clone()/>
                <Toolbar>{field(locale, words)}</Toolbar>
                <Table caption=title columns rows/>
            </StaffLayout>
        }
    })
}

/// The box to type into.
pub(super) fn field(locale: Locale, value: String) -> AnyView {
    let (label, placeholder) = (text(locale, "desk-search"), text(locale, "desk-search-example"));
    view! { <SearchForm action="/staff/search" label placeholder value plain=true post=true/> }.into_any()
}

fn not_found(visit: &Visit, desk: Desk, words: String, key: &'static str) -> PageResult {
    let locale = visit.locale;
    let title = text(locale, key);
    let (lead, back) = (text(locale, &format!("{key}-text")), text(locale, "desk-to-queue"));
    visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=text(locale, "desk-search")/>
                <Toolbar>{field(locale, words)}</Toolbar>
                <EmptyState title text=lead icon=IconName::Search tone=Tone::Slate>
                    <ButtonLink href="/staff" label=back kind=ButtonKind::Secondary small=true/>
                </EmptyState>
            </StaffLayout>
        }
    })
}
