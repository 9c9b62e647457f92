//! Saved views: listing, renaming, choosing the first one, deleting, and saving what the queue was narrowed to.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::desk_views::{self, DeskView, MAX_NAME, MOST};
use backend::cases::{CaseError, queue};
use backend::identity::FieldError;
use domain::ids::DeskViewId;
use leptos::prelude::*;
use serde::Deserialize;

use super::draft::{self, Typed, typed};
use super::filter::address;
use super::frame::{Desk, Spot, notice};
use super::sought::{Look, Sought};
use crate::cases::errors::fail;
use crate::ui::{
    ButtonKind, ButtonLink, Card, EmptyState, ErrorSummary, IconName, PageHead, StaffLayout, SubmitButton,
    Tag, TextField, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-view";
const PAGE: &str = "/staff/views";

#[derive(Deserialize)]
pub(super) struct Done {
    did: Option<String>,
}

/// What is wrong with a name, if anything.
fn wrong_name(field: &str, name: &str) -> Option<FieldError> {
    draft::wrong_text(field, name, (1, MAX_NAME), false, "desk-view-name-missing")
}

pub(super) async fn back() -> Redirect {
    Redirect::to(PAGE)
}

pub(super) async fn show(visit: Visit, Query(done): Query<Done>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Queue).await?;
    let views = desk_views::views(visit.backend(), visit.actor()).await.map_err(|e| fail(&visit, e))?;
    let kept = draft::of(&visit, FORM, FORM).await?;
    let errors = draft::links(&visit, &kept.errors);
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let title = t("desk-views");
    let lead = with(locale, "desk-views-lead", &[("n", MOST.into())]);
    let (query, name) = (kept.get("query").to_owned(), kept.get("name").to_owned());
    let renamed = kept.get("view").to_owned();
    let page_title = draft::title(&visit, &title, &errors);
    visit.page(page_title, || {
        let notice = notice(done.did.as_deref(), locale);
        let wrong = draft::at(&errors, "name");
        let again = (!query.is_empty()).then(|| {
            let (name, wrong) = (name.clone(), wrong.clone());
            view! {
                <Card title=t("desk-view-save")>
                    <form method="post" action=PAGE class="form" novalidate=true>
                        <input type="hidden" name="query" value=query/>
                        <TextField name="name" label=t("desk-view-save-name") value=name error=wrong maxlength=MAX_NAME/>
                        <SubmitButton label=t("desk-view-save")/>
                    </form>
                </Card>
            }
        });
        let list = match views.is_empty() {
            true => {
                view! { <EmptyState title=t("desk-views-none") text=t("desk-views-none-text") icon=IconName::Inbox/> }
                    .into_any()
            }
            false => views
                .iter()
                .map(|view| card(&visit, view, &renamed, &name, draft::at(&errors, &format!("name-{}", view.id))))
                .collect_view()
                .into_any(),
        };
        view! {
            <StaffLayout frame=desk.frame notice>
                <PageHead title lead/>
                <div class="stack desk-narrow">
                    <ErrorSummary title=t("error-summary") errors/>
                    {again}
                    {list}
                    <div class="row"><ButtonLink href="/staff" label=t("desk-to-queue") kind=ButtonKind::Secondary/></div>
                </div>
            </StaffLayout>
        }
    })
}

/// One view with what can be done with it.
fn card(visit: &Visit, view: &DeskView, renamed: &str, typed: &str, wrong: Option<String>) -> AnyView {
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let at = format!("{PAGE}/{}", view.id);
    let name = if renamed == view.id.to_string() { typed.to_owned() } else { view.name.clone() };
    let (first, set) =
        if view.is_default { ("no", "desk-view-not-first") } else { ("yes", "desk-view-first") };
    let named = format!("name-{}", view.id);
    view! {
        <section class="card stack">
            <div class="card-head">
                <h2 class="card-title"><a href=address(visit, view)>{view.name.clone()}</a></h2>
                {view.is_default.then(|| view! { <Tag label=t("desk-view-is-first") tone=Tone::Blue/> })}
            </div>
            <form method="post" action=format!("{at}/rename") class="row desk-rename" novalidate=true>
                <TextField name=named label=t("desk-view-name") value=name error=wrong maxlength=MAX_NAME/>
                <SubmitButton label=t("desk-view-rename") kind=ButtonKind::Secondary small=true/>
            </form>
            <div class="row">
                <form method="post" action=format!("{at}/first")>
                    <input type="hidden" name="first" value=first/>
                    <SubmitButton label=t(set) kind=ButtonKind::Secondary small=true/>
                </form>
                <form method="post" action=format!("{at}/delete")>
                    <SubmitButton label=t("desk-view-delete") kind=ButtonKind::Quiet small=true/>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Saves what an address of the queue shows.
pub(super) async fn save(visit: Visit, Form(answers): Form<Typed>) -> PageResult {
    visit.staff()?;
    let (query, name) = (typed(&answers, "query"), typed(&answers, "name"));
    let look = query.parse().ok().and_then(|uri| Query::<Look>::try_from_uri(&uri).ok()).map(|look| look.0);
    let look = look.unwrap_or_default();
    let desk = Desk::at(&visit, Spot::Queue, look.desk.as_deref()).await?;
    let Some(at) = desk.at else { return Ok(Redirect::to("/staff/me").into_response()) };
    let mut errors: Vec<FieldError> = wrong_name("name", name).into_iter().collect();
    if errors.is_empty() {
        let sought = Sought::of(&visit, &at, &look);
        match desk_views::save(visit.backend(), visit.actor(), sought.to_save(name)).await {
            Ok(_) => {
                draft::forget(&visit, FORM).await?;
                return Ok(Redirect::to(&format!("{}&did=view-saved", sought.address())).into_response());
            }
            Err(CaseError::TooMany) => {
                errors.push(FieldError::new("name", "desk-views-full").count(MOST));
            }
            Err(error) => return Err(fail(&visit, error)),
        }
    }
    draft::keep(&visit, FORM, FORM, &answers, &["query", "name"], errors).await?;
    Ok(Redirect::to(&format!("{PAGE}#error-summary")).into_response())
}

pub(super) async fn rename(
    visit: Visit,
    Path(id): Path<DeskViewId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let field = format!("name-{id}");
    let name = typed(&answers, &field).to_owned();
    if let Some(error) = wrong_name(&field, &name) {
        let kept: Typed = [("name".to_owned(), name), ("view".to_owned(), id.to_string())].into();
        draft::keep(&visit, FORM, FORM, &kept, &["name", "view"], vec![error]).await?;
        return Ok(Redirect::to(&format!("{PAGE}#error-summary")).into_response());
    }
    let renamed = desk_views::rename(visit.backend(), visit.actor(), id, &name).await;
    settle(&visit, renamed, "view-renamed").await
}

pub(super) async fn first(
    visit: Visit,
    Path(id): Path<DeskViewId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    visit.staff()?;
    let id = (typed(&answers, "first") == "yes").then_some(id);
    let set = desk_views::set_default(visit.backend(), visit.actor(), id).await;
    settle(&visit, set, "view-first").await
}

pub(super) async fn delete(visit: Visit, Path(id): Path<DeskViewId>) -> PageResult {
    visit.staff()?;
    let gone = desk_views::remove(visit.backend(), visit.actor(), id).await;
    settle(&visit, gone, "view-deleted").await
}

async fn settle(visit: &Visit, done: Result<(), CaseError>, did: &str) -> PageResult {
    done.map_err(|e| fail(visit, e))?;
    draft::forget(visit, FORM).await?;
    Ok(Redirect::to(&format!("{PAGE}?did={did}")).into_response())
}

/// One's views for the queue; who handles no case has none.
pub(super) async fn own(visit: &Visit) -> Result<Vec<DeskView>, crate::errors::PageError> {
    if queue::desks(visit.backend(), visit.actor()).is_err() {
        return Ok(Vec::new());
    }
    desk_views::views(visit.backend(), visit.actor()).await.map_err(|e| fail(visit, e))
}
