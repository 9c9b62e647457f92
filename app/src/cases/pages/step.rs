//! One page of questions.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::{files, open};
use backend::identity::profile;
use domain::cases::form::{fold_computed, fold_fields};
use domain::cases::{CaseState, Raw, wire};
use domain::ids::CaseId;
use leptos::prelude::*;
use serde::Deserialize;

use crate::cases::actions::{file_error, has_files};
use crate::cases::errors::fail;
use crate::cases::fields::Sheet;
use crate::cases::flow::Flow;
use crate::cases::islands::FormRules;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ErrorLink, ErrorSummary, FlowLayout, Frame, Later, PageHead, Steps, SubmitButton,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::cases) struct Look {
    /// Mistakes are shown.
    checked: Option<String>,
    /// An answer brought up more questions.
    more: Option<String>,
    /// The check page waits.
    #[serde(rename = "return")]
    back: Option<String>,
    /// A file was not taken: why, and for which field.
    file: Option<String>,
    field: Option<String>,
}

pub(in crate::cases) async fn show(
    visit: Visit,
    Path((id, step_id)): Path<(CaseId, String)>,
    Query(look): Query<Look>,
) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state != CaseState::Draft {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    if !opened.has_consent() {
        return Ok(Redirect::to(&format!("/cases/{id}/consent")).into_response());
    }
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let definition = &opened.service.definition;
    let step = definition.steps.iter().find(|s| s.id == step_id).ok_or(PageError::NotFound)?;
    let files = files::list(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    let mut questions = step.fields.iter().chain(step.fields.iter().flat_map(|group| &group.fields));
    let account_phone = if questions.any(|field| field.prefill.is_some()) {
        let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
        profile(visit.backend(), &me).await?.phone.map(|phone| phone.as_str().to_owned())
    } else {
        None
    };
    let form = opened.form();
    let flow = Flow::of(&opened, &form);
    let reference = &visit.backend().catalog.reference;
    let sheet = Sheet {
        opened: &opened,
        form: &form,
        files: &files,
        reference,
        locale,
        account_phone,
        checked: look.checked.is_some(),
    };
    let mut errors = sheet.errors(&step.fields);
    if let (Some(wrong), Some(field)) = (look.file.as_deref().and_then(file_error), look.field)
        && step.fields.iter().any(|f| f.id == field)
    {
        errors.push(ErrorLink { field, text: t(&format!("error-{}", wrong.code())) });
    }
    // What other pages have answered steers this one too.
    let elsewhere: Raw = opened
        .raw
        .iter()
        .filter(|(control, _)| {
            let root = control.split(['.', '-']).next().unwrap_or_default();
            !step.fields.iter().any(|f| f.id == root)
        })
        .map(|(control, values)| (control.clone(), values.clone()))
        .collect();
    let scope = opened.scope(&form, false);
    let rules = wire::encode(
        &fold_fields(&definition.fields().collect::<Vec<_>>(), &scope),
        &fold_computed(&definition.computed, &scope),
        &elsewhere,
        opened.day,
    );
    let live = step.fields.iter().any(|f| f.when.is_some());
    let multipart = has_files(&step.fields);
    let name = definition.name.get(locale).to_owned();
    let title = step.title.get(locale).to_owned();
    let intro = step.intro.as_ref().map(|i| i.get(locale).to_owned());
    let more = look.more.is_some().then(|| (t("step-more-title"), t("step-more-text")));
    let next_label = if look.back.is_some() { t("save-and-return") } else { t("next") };
    let (enter, later) = (next_label.clone(), Later::Save { enter: next_label.clone() });
    let (summary, at, of) = (t("error-summary"), flow.place(&step_id), flow.pages());
    let steps_text = with(locale, "steps-of", &[("at", at.into()), ("of", of.into())]);
    let back = if look.back.is_some() {
        format!("/cases/{id}/check")
    } else {
        flow.before(&id.to_string(), Some(&step_id))
    };
    let action = format!("/cases/{id}/steps/{step_id}");
    let frame = Frame::of(&visit);
    let prefix = if errors.is_empty() { String::new() } else { t("error-prefix") };
    let returning = look.back.is_some();
    visit.page(format!("{prefix}{title} · {name}"), || {
        let questions = sheet.view(&step.fields);
        let errors = (!errors.is_empty()).then(|| view! { <ErrorSummary title=summary errors/> }.into_any());
        let steps = view! { <Steps at of text=steps_text/> }.into_any();
        let actions = view! { <SubmitButton label=next_label block=true/> }.into_any();
        let inner = if live { view! { <FormRules rules>{questions}</FormRules> }.into_any() } else { questions };
        view! {
            <FlowLayout frame service=name back later steps=Some(steps) action multipart errors actions>
                // The first button of a form is pressed by the Enter key; it must not be one that adds rows.
                <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">{enter}</button>
                {returning.then(|| view! { <input type="hidden" name="_return" value="1"/> })}
                <PageHead title lead=intro/>
                {more.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {inner}
            </FlowLayout>
        }
    })
}
