//! Proposing the last day of a service, another one, or that it goes on after all.

use axum::Form;
use axum::extract::Path;
use backend::catalog::manage::{self, CatalogueError, MAX_NOTE};
use backend::identity::FieldError;
use domain::catalog::Retirement;
use domain::catalog::retirement::MAX_GRACE_DAYS;
use leptos::prelude::*;

use super::edit::{page, to};
use super::{fail, mendable};
use crate::cases::desk::draft::{self, Typed, typed};
use crate::cases::desk::frame::{Desk, Spot};
use crate::ui::{
    Breadcrumb, ButtonKind, Choice, ErrorSummary, PageHead, SelectField, StaffLayout, SubmitButton, TextArea,
    TextField, TextKind,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "catalogue-end";
const FIELDS: [&str; 4] = ["last_day", "grace_days", "successor", "note"];

pub(super) async fn ask(visit: Visit, Path(code): Path<String>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let about = manage::look(visit.backend(), visit.actor(), &code).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let mut kept = draft::of(&visit, FORM, &code).await?;
    if kept.answers.is_empty()
        && let Some(ends) = &about.retirement
    {
        kept.answers.insert("last_day".into(), ends.last_day.to_string());
        kept.answers.insert("grace_days".into(), ends.grace_days.to_string());
        kept.answers.insert("successor".into(), ends.successor.clone().unwrap_or_default());
    }
    let links = draft::links(&visit, &kept.errors);
    let services = visit.backend().catalog.services();
    let mut choices: Vec<Choice> = services
        .all
        .iter()
        .filter(|service| service.code() != code)
        .map(|service| {
            let name = service.definition.name.get(locale);
            Choice::new(service.code(), format!("{name} · {}", service.code()))
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    let name = about.newest.definition.name.get(locale).to_owned();
    let title = text(locale, "cat-end-title");
    let page_title = draft::title(&visit, &title, &links);
    let running = about.retirement.is_some();
    let crumbs = vec![
        ("/staff/catalogue".to_owned(), text(locale, "cat-title")),
        (format!("/staff/catalogue/services/{code}"), name),
    ];
    visit.page(page_title, move || {
        let t = move |key: &str| text(locale, key);
        let value = move |field: &str| kept.get(field).to_owned();
        let errors = links.clone();
        let error = move |field: &str| draft::at(&links, field);
        let grace_hint = with(locale, "cat-end-grace-hint", &[("n", MAX_GRACE_DAYS.into())]);
        let action = format!("/staff/catalogue/services/{code}/end");
        let grace = if value("grace_days").is_empty() { "0".to_owned() } else { value("grace_days") };
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead=t("cat-end-lead")/>
                <form class="form desk-narrow" method="post" action=action novalidate=true>
                    <ErrorSummary title=t("error-summary") errors/>
                    <TextField name="last_day" label=t("cat-end-last-day") hint=t("cat-end-last-day-hint") error=error("last_day") value=value("last_day") kind=TextKind::Date maxlength=10/>
                    <TextField name="grace_days" label=t("cat-end-grace") hint=grace_hint error=error("grace_days") value=grace kind=TextKind::Number maxlength=3/>
                    <SelectField name="successor" label=t("cat-end-successor") hint=t("cat-end-successor-hint") error=error("successor") choices value=value("successor") prompt=t("cat-end-no-successor") optional=true/>
                    <TextArea name="note" label=t("cat-note") hint=t("cat-note-hint") error=error("note") value=value("note") rows=3 maxlength=MAX_NOTE/>
                    <div class="row">
                        <SubmitButton label=t("cat-end-propose")/>
                        {running
                            .then(|| view! { <SubmitButton label=t("cat-goes-on") kind=ButtonKind::Secondary name="do" value="goes-on"/> })}
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

pub(super) async fn propose(visit: Visit, Path(code): Path<String>, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let (backend, actor) = (visit.backend(), visit.actor());
    // Who may not learns nothing of what is wrong with the form.
    manage::look(backend, actor, &code).await.map_err(|e| fail(&visit, e))?;
    let ends = match typed(&form, "do") {
        "goes-on" => Ok(None),
        _ => ends(&form).map(Some),
    };
    let result = match ends {
        Ok(ends) => manage::propose_end(backend, actor, &code, ends, typed(&form, "note")).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(id) => {
            draft::forget(&visit, FORM).await?;
            to(&format!("{}?did=proposed", page(id)))
        }
        Err(error) => {
            let Some(wrong) = mendable(&error) else { return Err(fail(&visit, error)) };
            let field = match error {
                CatalogueError::Grace => "grace_days",
                CatalogueError::Successor => "successor",
                CatalogueError::Note => "note",
                _ => "last_day",
            };
            let errors = vec![FieldError::new(field, &format!("cat-{wrong}"))];
            draft::keep(&visit, FORM, &code, &form, &FIELDS, errors).await?;
            to(&format!("/staff/catalogue/services/{code}/end#error-summary"))
        }
    }
}

/// What was typed, as days and a code.
fn ends(form: &Typed) -> Result<Retirement, CatalogueError> {
    let grace = match typed(form, "grace_days") {
        "" => 0,
        typed => typed.parse().map_err(|_| CatalogueError::Grace)?,
    };
    Ok(Retirement {
        last_day: typed(form, "last_day").parse().map_err(|_| CatalogueError::Day)?,
        grace_days: grace,
        successor: Some(typed(form, "successor").to_owned()).filter(|code| !code.is_empty()),
    })
}
