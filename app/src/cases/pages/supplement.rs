//! 补正: the applicant's list of what is wrong and what would be right, and the look at what changed before it goes back.

use axum::extract::{Path, Query, Request};
use axum::response::{IntoResponse, Redirect};
use backend::cases::files::{Listed, UploadError};
use backend::cases::supplement::{Asked, resubmit, save_answers};
use backend::cases::{CaseError, Opened, files, open};
use domain::cases::supplement::{Change, MATERIAL_FILES, changes};
use domain::cases::{About, CaseState};
use domain::catalog::Field;
use domain::ids::CaseId;
use leptos::prelude::*;
use serde::Deserialize;

use super::check::picked_text;
use crate::cases::actions::{Posted, Upload, file_error, has_files, read};
use crate::cases::errors::fail;
use crate::cases::fields::{Sheet, size_words};
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ErrorLink, ErrorSummary, FileField, FlowLayout, Frame, Later, PageHead, SentFile,
    SubmitButton, SummaryList, SummaryRow,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::cases) struct Look {
    /// Mistakes are shown.
    checked: Option<String>,
    /// A file was not taken: why, and for which control.
    file: Option<String>,
    field: Option<String>,
}

/// The case with what is asked for; elsewhere, where to look instead.
async fn waiting(visit: &Visit, id: CaseId) -> Result<Result<(Opened, Asked), Redirect>, PageError> {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    let asked = opened.asked.clone().filter(|_| opened.row.state == CaseState::Supplementing);
    Ok(asked.map(|asked| (opened, asked)).ok_or_else(|| Redirect::to(&format!("/cases/{id}"))))
}

/// What an ask is about, by its name.
pub(in crate::cases) fn subject(opened: &Opened, about: &About, locale: domain::text::Locale) -> String {
    let definition = &opened.service.definition;
    match about {
        About::Field(id) => definition.field(id).map_or(id.as_str(), |f| f.label.get(locale)).to_owned(),
        About::Material(place) => {
            let material = definition.materials.get(usize::from(*place));
            material.map(|m| m.name.get(locale).to_owned()).unwrap_or_default()
        }
    }
}

/// What is wrong and what would be right, beside what is to be answered.
fn told(asked: &Asked, control: &str, visit: &Visit) -> Option<AnyView> {
    let ask = asked.about(control)?;
    let (wrong, right) = (ask.wrong.clone(), ask.right.clone());
    let (wrong_name, right_name) =
        (text(visit.locale, "supplement-wrong"), text(visit.locale, "supplement-right"));
    Some(
        view! {
            <dl class="ask">
                <div><dt>{wrong_name}</dt><dd class="compare-lines">{wrong}</dd></div>
                <div><dt>{right_name}</dt><dd class="compare-lines">{right}</dd></div>
            </dl>
        }
        .into_any(),
    )
}

fn material_field(
    visit: &Visit,
    asked: &Asked,
    opened: &Opened,
    files: &[Listed],
    error: Option<String>,
    place: u16,
) -> AnyView {
    let about = About::Material(place);
    let name = about.control();
    let kept: Vec<&str> = opened.raw.get(&name).into_iter().flatten().map(String::as_str).collect();
    let sent: Vec<SentFile> = files
        .iter()
        .filter(|file| file.field == name && kept.contains(&file.id.to_string().as_str()))
        .map(|file| SentFile {
            name: file.name.clone(),
            href: format!("/files/{}", file.id),
            size: size_words(file.size),
            remove: file.id.to_string(),
        })
        .collect();
    let label = subject(opened, &about, visit.locale);
    let hint = text(visit.locale, "case-file-hint");
    let multiple = MATERIAL_FILES > 1;
    let ask = told(asked, &name, visit);
    view! {
        <section class="card stack">
            {ask}
            <FileField name label hint error multiple sent/>
        </section>
    }
    .into_any()
}

pub(in crate::cases) async fn show(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    let (opened, asked) = match waiting(&visit, id).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let all = files::list(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    // What is no longer among the answer is with the case, and not on this page.
    let kept: Vec<&String> = opened.raw.values().flatten().collect();
    let files: Vec<Listed> = all.into_iter().filter(|file| kept.contains(&&file.id.to_string())).collect();
    let form = opened.amended(visit.backend());
    let fields: Vec<Field> = opened.to_amend(&form).into_iter().cloned().collect();
    let reference = &visit.backend().catalog.reference;
    let sheet = Sheet {
        opened: &opened,
        form: &form,
        files: &files,
        reference,
        locale,
        account_phone: None,
        checked: look.checked.is_some(),
    };
    let mut errors = sheet.errors(&fields);
    let missing = opened.missing_materials();
    let lacks = |place: u16| look.checked.is_some() && missing.contains(&place);
    let materials: Vec<u16> = asked
        .asks
        .iter()
        .filter_map(|ask| match ask.about {
            About::Material(place) => Some(place),
            About::Field(_) => None,
        })
        .collect();
    for place in materials.iter().copied().filter(|place| lacks(*place)) {
        errors.push(ErrorLink {
            field: About::Material(place).control(),
            text: with(
                locale,
                "error-file-missing",
                &[("label", subject(&opened, &About::Material(place), locale).into())],
            ),
        });
    }
    if let (Some(wrong), Some(field)) = (look.file.as_deref().and_then(file_error), look.field)
        && (materials.iter().any(|place| About::Material(*place).control() == field)
            || fields.iter().any(|f| f.id == field))
    {
        errors.push(ErrorLink { field, text: t(&format!("error-{}", wrong.code())) });
    }
    let multipart = has_files(&fields) || !materials.is_empty();
    let (title, name) = (t("supplement-title"), opened.service.definition.name.get(locale).to_owned());
    let lead = with(
        locale,
        "supplement-lead",
        &[("n", asked.asks.len().into()), ("day", asked.due_on.clone().into())],
    );
    let more = fields
        .iter()
        .any(|field| asked.about(&field.id).is_none())
        .then(|| (t("supplement-more"), t("supplement-more-text")));
    let (next, summary) = (t("next"), t("error-summary"));
    let enter = next.clone();
    let frame = Frame::of(&visit);
    let prefix = if errors.is_empty() { String::new() } else { t("error-prefix") };
    visit.page(format!("{prefix}{title} · {name}"), || {
        let questions = fields
            .iter()
            .map(|field| {
                let (ask, question) = (told(&asked, &field.id, &visit), sheet.view(std::slice::from_ref(field)));
                view! { <section class="card stack">{ask} {question}</section> }
            })
            .collect_view();
        let papers = materials
            .iter()
            .map(|place| {
                let error = errors
                    .iter()
                    .find(|link| link.field == About::Material(*place).control())
                    .map(|link| link.text.clone());
                material_field(&visit, &asked, &opened, &files, error, *place)
            })
            .collect_view();
        let shown = (!errors.is_empty())
            .then(|| view! { <ErrorSummary title=summary errors=errors.clone()/> }.into_any());
        let actions = view! { <SubmitButton label=next block=true/> }.into_any();
        let later = Later::Save { enter: enter.clone() };
        view! {
            <FlowLayout frame service=name back=format!("/cases/{id}") later action=format!("/cases/{id}/supplement") multipart errors=shown actions>
                <button class="visually-hidden" type="submit" tabindex="-1" aria-hidden="true">{enter}</button>
                <PageHead title lead/>
                {more.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {questions}
                {papers}
            </FlowLayout>
        }
    })
}

/// Keeps what was typed, and shows what is wrong with it or what it changes.
pub(in crate::cases) async fn save(visit: Visit, Path(id): Path<CaseId>, request: Request) -> PageResult {
    let (backend, actor) = (visit.backend(), visit.actor());
    // Before anything is read: a stranger's upload is not worth the memory.
    if let Err(elsewhere) = waiting(&visit, id).await? {
        return Ok(elsewhere.into_response());
    }
    let to = |path: String| Ok(Redirect::to(&path).into_response());
    let here = format!("/cases/{id}/supplement");
    let Posted { typed, uploads, remove, later, rows, places } = read(request).await?;
    match save_answers(backend, actor, id, typed).await {
        // The last day is over, or another window has handed it in.
        Err(CaseError::Changed) => return to(format!("/cases/{id}")),
        other => other.map_err(|e| fail(&visit, e))?,
    }
    for file in &remove {
        files::remove(backend, actor, id, *file).await.map_err(|e| fail(&visit, e))?;
    }
    for Upload { field, name, bytes } in uploads {
        match files::upload(backend, actor, id, &field, &name, bytes).await {
            Ok(_) => {}
            Err(UploadError::File(wrong)) => {
                return to(format!("{here}?file={}&field={field}#error-summary", wrong.code()));
            }
            Err(UploadError::Case(error)) => return Err(fail(&visit, error)),
        }
    }
    if later {
        return to(format!("/cases/{id}"));
    }
    if rows || !remove.is_empty() {
        return to(here);
    }
    if let Some(control) = places {
        return to(format!("{here}#{control}.region"));
    }
    let opened = open::open_own(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let complete = opened.amended(backend).is_complete() && opened.missing_materials().is_empty();
    to(if complete { format!("{here}/check") } else { format!("{here}?checked#error-summary") })
}

/// What the answer changes, once more before it goes back.
pub(in crate::cases) async fn check(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let (opened, _) = match waiting(&visit, id).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere.into_response()),
    };
    let here = format!("/cases/{id}/supplement");
    let amended = opened.amended(visit.backend());
    if !amended.is_complete() || !opened.missing_materials().is_empty() {
        return Ok(Redirect::to(&format!("{here}?checked#error-summary")).into_response());
    }
    let locale = visit.locale;
    let before = opened.answers.clone().unwrap_or_default();
    let changed = changes(&before, &amended.answers());
    let mut rows = change_rows(&visit, &opened, &changed);
    rows.extend(sent_rows(&visit, &opened));
    let unchanged = rows.is_empty().then(|| text(locale, "supplement-unchanged"));
    let (title, lead) = (text(locale, "supplement-check-title"), text(locale, "supplement-check-lead"));
    let (name, label) =
        (opened.service.definition.name.get(locale).to_owned(), text(locale, "supplement-send"));
    let frame = Frame::of(&visit);
    visit.page(format!("{title} · {name}"), move || {
        let actions = view! { <SubmitButton label block=true/> }.into_any();
        view! {
            <FlowLayout frame service=name back=here action=format!("/cases/{id}/supplement/send") actions>
                <PageHead title lead/>
                {unchanged.map(|title| view! { <Alert kind=AlertKind::Warning title><p>{text(locale, "supplement-unchanged-text")}</p></Alert> })}
                {(!rows.is_empty()).then(|| view! { <SummaryList plain=true rows/> })}
            </FlowLayout>
        }
    })
}

pub(in crate::cases) async fn send(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    match resubmit(visit.backend(), visit.actor(), id).await {
        Ok(()) => Ok(Redirect::to(&format!("/cases/{id}?did=resubmitted")).into_response()),
        Err(CaseError::Incomplete) => {
            Ok(Redirect::to(&format!("/cases/{id}/supplement?checked#error-summary")).into_response())
        }
        Err(CaseError::Changed) => Ok(Redirect::to(&format!("/cases/{id}")).into_response()),
        Err(error) => Err(fail(&visit, error)),
    }
}

/// Each answer before and after.
pub(in crate::cases) fn change_rows(visit: &Visit, opened: &Opened, changed: &[Change]) -> Vec<SummaryRow> {
    let (locale, reference) = (visit.locale, &visit.backend().catalog.reference);
    let none = || text(locale, "not-answered");
    let row = |change: &Change| {
        let field = opened.service.definition.field(&change.field)?;
        let words = |answer: &Option<domain::cases::Answer>| {
            answer.as_ref().map_or_else(none, |answer| picked_text(opened, reference, field, answer, visit))
        };
        let value = with(
            locale,
            "supplement-change",
            &[("before", words(&change.before).into()), ("after", words(&change.after).into())],
        );
        Some(SummaryRow { name: field.label.get(locale).to_owned(), value, change: None })
    };
    changed.iter().filter_map(row).collect()
}

/// How many files there are for each material that was asked for.
fn sent_rows(visit: &Visit, opened: &Opened) -> Vec<SummaryRow> {
    let asks = opened.asked.iter().flat_map(|asked| &asked.asks);
    let materials = asks.filter(|ask| matches!(ask.about, About::Material(_)));
    materials
        .map(|ask| {
            let sent = opened.raw.get(&ask.about.control()).map_or(0, Vec::len);
            SummaryRow {
                name: subject(opened, &ask.about, visit.locale),
                value: with(visit.locale, "supplement-files", &[("n", sent.into())]),
                change: None,
            }
        })
        .collect()
}
