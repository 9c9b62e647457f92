//! Acting for a legal entity.

use axum::{Form, extract::Query};
use backend::identity::{
    ActForError, FieldError, add_entity, entities, leave_entity, remove_entity, switch_entity,
};
use domain::identity::credit_code::{CreditCode, CreditCodeError};
use domain::ids::EntityId;
use leptos::prelude::*;

use super::forms::{self, Answers, Mistakes, answer, go};
use super::sign_in::Way;
use crate::{
    errors::{PageError, encode_query_value, see_other},
    preferences::same_site_path,
    ui::{
        ButtonKind, Card, CitizenLayout, EmptyState, ErrorSummary, Frame, IconName, Notice, PageHead, Place,
        Section, SubmitButton, Tag, TextField, TextKind, Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

const FORM: &str = "add-entity";
const PAGE: &str = "/me/entities";

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let acting = visit.verified_person()?.entity.as_ref().map(|e| e.id);
    let me = *visit.actor().verified_person().map_err(|denied| visit.denied(denied))?;
    let mine = entities(visit.backend(), &me).await?;
    let draft = forms::draft(&visit, FORM).await?;
    let mistakes = Mistakes::of(&visit, &draft);
    let code = draft.get("code").to_owned();
    let heading = words::text(visit.locale, "me-entities");
    let title = mistakes.title(visit.locale, &heading);
    let notice = match way.done.as_str() {
        "added" => Some("done-entity-added"),
        "switched" => Some("done-entity-switched"),
        "left" => Some("done-entity-left"),
        "removed" => Some("done-entity-removed"),
        "entity-needed" => Some("done-entity-needed"),
        _ => None,
    };
    let notice = notice.map(|key| words::text(visit.locale, key));
    let next = way.next.clone();
    let back = if next.is_empty() { "/me".to_owned() } else { way.next() };
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        let notice = notice.map(|text| view! { <Notice text/> }.into_any());
        let button = |act: &str, label: String, kind: ButtonKind, id: EntityId| {
            view! {
                <form method="post" action=PAGE>
                    <input type="hidden" name="next" value=next.clone()/>
                    <input type="hidden" name="entity" value=id.to_string()/>
                    <SubmitButton label kind small=true name="act" value=act/>
                </form>
            }
        };
        let list = if mine.is_empty() {
            view! { <EmptyState title=t!("entities-empty") text=t!("entities-empty-text") icon=IconName::Building/> }
                .into_any()
        } else {
            let rows = mine
                .into_iter()
                .map(|entity| {
                    let id = entity.entity_id;
                    let buttons = if acting == Some(id) {
                        view! {
                            <Tag label=t!("me-acting-now") tone=Tone::Amber/>
                            {button("leave", t!("entities-leave"), ButtonKind::Secondary, id)}
                        }
                        .into_any()
                    } else {
                        view! {
                            {button("switch", t!("entities-switch"), ButtonKind::Secondary, id)}
                            {button("remove", t!("entities-remove"), ButtonKind::Quiet, id)}
                        }
                        .into_any()
                    };
                    let verified = t!("entities-verified", time = entity.verified_at.display_minutes());
                    view! {
                        <Card title=entity.name>
                            <p class="num">{entity.code}</p>
                            <p class="hint">{verified}</p>
                            <div class="row">{buttons}</div>
                        </Card>
                    }
                })
                .collect_view();
            rows.into_any()
        };
        view! {
            <CitizenLayout frame bar_title=heading.clone() back place=Place::Me narrow=true notice=notice>
                <PageHead title=heading lead=t!("entities-lead")/>
                <div class="stack">
                {list}
                <Section title=t!("entities-add")>
                    <form class="form card stack" method="post" action=PAGE novalidate=true>
                        <input type="hidden" name="next" value=next.clone()/>
                        <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                        <TextField
                            name="code"
                            label=t!("credit-code")
                            hint=t!("credit-code-hint")
                            value=code
                            error=mistakes.at("code")
                            kind=TextKind::Code
                            maxlength=24
                        />
                        <SubmitButton label=t!("entities-add-now") block=true name="act" value="add"/>
                    </form>
                </Section>
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn change(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    visit.verified_person()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let entity = answer(&answers, "entity").parse::<EntityId>();
    // Who came from something they wanted to do goes on with it.
    let next = answer(&answers, "next");
    let after = |done: &str| if next.is_empty() { here(done, "") } else { same_site_path(next).to_owned() };
    match (answer(&answers, "act"), entity) {
        ("add", _) => return add(&visit, &answers).await,
        ("switch", Ok(entity)) => match switch_entity(visit.backend(), viewer, entity).await {
            Ok(token) => Ok(go(&visit, &after("switched"), Some(&token))),
            Err(error) => Err(elsewhere(&visit, error)),
        },
        ("leave", _) => match leave_entity(visit.backend(), viewer).await {
            Ok(token) => Ok(go(&visit, &after("left"), Some(&token))),
            Err(error) => Err(elsewhere(&visit, error)),
        },
        ("remove", Ok(entity)) => match remove_entity(visit.backend(), visit.actor(), entity).await {
            Ok(()) => Ok(see_other(&here("removed", next))),
            Err(error) => Err(elsewhere(&visit, error)),
        },
        _ => Err(PageError::NotFound),
    }
}

async fn add(visit: &Visit, answers: &Answers) -> PageResult {
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let typed = answer(answers, "code");
    let error = match CreditCode::parse(typed) {
        Err(error) => FieldError::new("code", code_code(error, typed.is_empty())),
        Ok(code) => match add_entity(visit.backend(), visit.actor(), &code).await {
            Ok(_) => {
                forms::forget(visit, viewer, FORM).await?;
                return Ok(see_other(&here("added", answer(answers, "next"))));
            }
            Err(ActForError::TooOften { retry_at }) => {
                FieldError::new("code", "too-often").until(Some(retry_at))
            }
            Err(error) => match error.code() {
                Some(code) => FieldError::new("code", code),
                None => return Err(elsewhere(visit, error)),
            },
        },
    };
    forms::keep(visit, viewer, FORM, forms::kept(answers, &["code"]), vec![error]).await?;
    Ok(see_other(&here("", answer(answers, "next"))))
}

/// This page, with what was done and where to go on.
fn here(done: &str, next: &str) -> String {
    let parts = [("done", done), ("next", next)];
    let query: Vec<String> = parts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode_query_value(value)))
        .collect();
    if query.is_empty() { PAGE.to_owned() } else { format!("{PAGE}?{}", query.join("&")) }
}

fn elsewhere(visit: &Visit, error: ActForError) -> PageError {
    match error {
        ActForError::Storage(error) => error.into(),
        ActForError::Denied(denied) => visit.denied(denied),
        ActForError::NotMine => PageError::NotFound,
        _ => PageError::Conflict,
    }
}

pub(super) fn code_code(error: CreditCodeError, empty: bool) -> &'static str {
    match error {
        _ if empty => "credit-code-missing",
        CreditCodeError::Length => "credit-code-length",
        CreditCodeError::Characters => "credit-code-characters",
        CreditCodeError::Region => "credit-code-region",
        CreditCodeError::CheckCharacter => "credit-code-check-character",
    }
}
