//! Beginning with a service that there was not: its code, and which one to copy.

use axum::Form;
use axum::response::IntoResponse;
use backend::catalog::manage::{self, CatalogueError, own_departments};
use backend::identity::FieldError;
use leptos::prelude::*;

use super::edit::{page, to};
use super::{fail, mendable};
use crate::cases::desk::draft::{self, Typed, typed};
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::ui::{
    Breadcrumb, Choice, ErrorSummary, PageHead, SelectField, StaffLayout, SubmitButton, TextField, TextKind,
};
use crate::visit::{PageResult, Visit};
use crate::words::text;

const FORM: &str = "catalogue-new";
const PAGE: &str = "/staff/catalogue/new";
/// One new service at a time.
const SUBJECT: &str = "service";
const FIELDS: [&str; 3] = ["code", "copy_of", "department"];

pub(super) async fn ask(visit: Visit) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let own = own_departments(visit.backend(), visit.actor());
    if own.is_empty() {
        // Refused where it is noted.
        manage::list(visit.backend(), visit.actor()).await.map_err(|e| fail(&visit, e))?;
        return Ok(PageError::Forbidden.into_response());
    }
    let locale = visit.locale;
    let kept = draft::of(&visit, FORM, SUBJECT).await?;
    let links = draft::links(&visit, &kept.errors);
    let services = visit.backend().catalog.services();
    let mut copies: Vec<Choice> = services
        .all
        .iter()
        .map(|service| {
            let name = service.definition.name.get(locale);
            Choice::new(service.code(), format!("{name} · {}", service.code()))
        })
        .collect();
    copies.sort_by(|a, b| a.label.cmp(&b.label));
    let department = |id: &String| Choice::new(id.clone(), visit.authority(id).unwrap_or_default());
    let departments: Vec<Choice> = own.iter().map(department).collect();
    let first = departments.first().map(|d| d.value.clone()).unwrap_or_default();
    let title = text(locale, "cat-new");
    let page_title = draft::title(&visit, &title, &links);
    visit.page(page_title, move || {
        let t = move |key: &str| text(locale, key);
        let value = move |field: &str| kept.get(field).to_owned();
        let errors = links.clone();
        let error = move |field: &str| draft::at(&links, field);
        let chosen = Some(value("department")).filter(|d| !d.is_empty()).unwrap_or(first);
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=vec![("/staff/catalogue".to_owned(), t("cat-title"))] here=title.clone()/>
                <PageHead title lead=t("cat-new-lead")/>
                <form class="form desk-narrow" method="post" action=PAGE novalidate=true>
                    <ErrorSummary title=t("error-summary") errors/>
                    <TextField name="code" label=t("cat-column-code") hint=t("cat-new-code-hint") error=error("code") value=value("code") kind=TextKind::Text maxlength=64/>
                    <SelectField name="department" label=t("department") error=error("department") choices=departments value=chosen/>
                    <SelectField name="copy_of" label=t("cat-new-copy") error=error("copy_of") choices=copies value=value("copy_of") prompt=t("choose")/>
                    <div class="row"><SubmitButton label=t("cat-new-begin")/></div>
                </form>
            </StaffLayout>
        }
    })
}

pub(super) async fn begin(visit: Visit, Form(form): Form<Typed>) -> PageResult {
    visit.staff()?;
    let (code, copy_of) = (typed(&form, "code"), typed(&form, "copy_of"));
    let department = typed(&form, "department");
    let begun = manage::begin_service(visit.backend(), visit.actor(), code, copy_of, department).await;
    let wrong = match begun {
        Ok(id) => {
            draft::forget(&visit, FORM).await?;
            return to(&page(id));
        }
        Err(CatalogueError::NotFound) => FieldError::new("copy_of", "cat-copy"),
        Err(error) => match mendable(&error) {
            Some(wrong) => FieldError::new("code", &format!("cat-{wrong}")),
            None => return Err(fail(&visit, error)),
        },
    };
    draft::keep(&visit, FORM, SUBJECT, &form, &FIELDS, vec![wrong]).await?;
    to(&format!("{PAGE}#error-summary"))
}
