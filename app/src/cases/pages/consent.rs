//! What will be fetched, from whom, for what, and how long it is kept: before anything is.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::open;
use backend::catalog::Service;
use domain::catalog::bundle::Published;
use domain::catalog::{Audience, Definition};
use domain::ids::CaseId;
use domain::registers::Registers;
use leptos::prelude::*;
use serde::Deserialize;

use crate::cases::errors::fail;
use crate::cases::flow::resume;
use crate::errors::{PageError, encode_query_value};
use crate::ui::{Alert, AlertKind, FlowLayout, Frame, PageHead, SubmitButton, SummaryList, SummaryRow};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::cases) struct New {
    service: String,
}

/// The first page of an application; with a draft at hand, on to where it stopped.
pub(in crate::cases) async fn show(visit: Visit, Query(new): Query<New>) -> PageResult {
    let services = visit.backend().catalog.services();
    let ended = services.any(&new.service).is_none();
    let service = services.any(&new.service).or(services.known(&new.service));
    let service = service.cloned().ok_or(PageError::NotFound)?;
    let person = *visit.actor().verified_person().map_err(|e| visit.denied(e))?;
    let wanted = if person.entity.is_some() { Audience::Entity } else { Audience::Person };
    if !service.definition.audience.contains(&wanted) {
        return wrong_applicant(&visit, &service.definition);
    }
    let draft =
        open::draft(visit.backend(), visit.actor(), &new.service).await.map_err(|e| fail(&visit, e))?;
    if let Some(draft) = draft {
        return Ok(Redirect::to(&resume(&draft)).into_response());
    }
    if ended {
        return Ok(Redirect::to(&format!("/services/{}", service.code())).into_response());
    }
    page(&visit, &service, "/cases".into(), Some(service.code().to_owned()))
}

/// Consent once more, after it was revoked.
pub(in crate::cases) async fn show_again(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state != domain::cases::CaseState::Draft {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    }
    page(&visit, &opened.service, format!("/cases/{id}/consent"), None)
}

fn page(visit: &Visit, of: &Service, action: String, service: Option<String>) -> PageResult {
    let definition = &of.definition;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let registers = &visit.backend().catalog.reference.registers;
    let name = definition.name.get(locale).to_owned();
    let title = t("consent-title");
    let lead = with(locale, "consent-lead", &[("n", definition.facts.len().into())]);
    let terms = vec![
        SummaryRow {
            name: t("consent-purpose"),
            value: definition.consent.purpose.get(locale).into(),
            change: None,
        },
        SummaryRow {
            name: t("consent-kept"),
            value: with(locale, "consent-kept-days", &[("n", definition.consent.keep_days.into())]),
            change: None,
        },
    ];
    let applicant = visit.acting_as();
    let (as_label, alert) = (t("consent-applicant"), t("consent-right"));
    let alert_text = t("consent-right-text");
    let rows = match &of.bundle {
        Some(published) => by_member(published, registers, visit),
        None => by_register(definition, registers, visit),
    };
    let facts_title = t("consent-facts");
    let agree = if definition.facts.is_empty() { t("consent-start") } else { t("consent-agree") };
    let back = format!("/services/{}", definition.code);
    let entities = format!("/me/entities?next={}", encode_query_value(&visit.here.0));
    let frame = Frame::of(visit);
    let page_title = format!("{title} · {name}");
    visit.page(page_title, move || {
        let mut terms = terms;
        terms.insert(0, SummaryRow { name: as_label, value: applicant, change: Some(entities) });
        let actions = view! { <SubmitButton label=agree block=true/> }.into_any();
        view! {
            <FlowLayout frame service=name back action actions>
                {service.map(|code| view! { <input type="hidden" name="service" value=code/> })}
                <PageHead title lead/>
                <SummaryList title=facts_title rows/>
                <SummaryList rows=terms/>
                <Alert kind=AlertKind::Info title=alert>
                    <p>{alert_text}</p>
                </Alert>
            </FlowLayout>
        }
    })
}

/// One row for each member of a bundle: what its department gets, what for, and how long it keeps it.
fn by_member(published: &Published, registers: &Registers, visit: &Visit) -> Vec<SummaryRow> {
    let locale = visit.locale;
    let separator = text(locale, "list-separator");
    let row = |d: &Definition| {
        let facts = d.facts.iter().filter_map(|f| registers.fact(&f.id));
        let names: Vec<&str> = facts.map(|(_, spec)| spec.name.get(locale)).collect();
        let department = visit.authority(&d.department).unwrap_or_default();
        let kept = [
            ("purpose", d.consent.purpose.get(locale).to_owned().into()),
            ("days", d.consent.keep_days.into()),
        ];
        SummaryRow {
            name: with(
                locale,
                "bundle-consent-member",
                &[("service", d.name.get(locale).to_owned().into()), ("department", department.into())],
            ),
            value: format!("{}\n{}", names.join(&separator), with(locale, "bundle-consent-kept", &kept)),
            change: None,
        }
    };
    published.members.iter().map(row).collect()
}

/// One row for each register: its name, and the facts it is asked for.
fn by_register(definition: &Definition, registers: &Registers, visit: &Visit) -> Vec<SummaryRow> {
    let locale = visit.locale;
    registers
        .all
        .iter()
        .filter_map(|register| {
            let names: Vec<&str> = definition
                .facts
                .iter()
                .filter_map(|f| register.facts.iter().find(|spec| spec.id == f.id))
                .map(|spec| spec.name.get(locale))
                .collect();
            let separator = text(locale, "list-separator");
            (!names.is_empty()).then(|| SummaryRow {
                name: with(
                    locale,
                    "consent-register",
                    &[
                        ("register", register.name.get(locale).into()),
                        ("authority", register.authority.get(locale).into()),
                    ],
                ),
                value: names.join(&separator),
                change: None,
            })
        })
        .collect()
}

/// The service is for the other kind of applicant: say so, and where to change it.
fn wrong_applicant(visit: &Visit, definition: &Definition) -> PageResult {
    let locale = visit.locale;
    let key = if definition.audience.contains(&Audience::Entity) {
        "consent-for-entity"
    } else {
        "consent-for-person"
    };
    let (title, body) = (text(locale, key), text(locale, &format!("{key}-text")));
    let name = definition.name.get(locale).to_owned();
    let back = format!("/services/{}", definition.code);
    let here = visit.here.0.to_string();
    let entities = format!("/me/entities?next={}", encode_query_value(&here));
    // One tap leads back to oneself; a firm has to be chosen.
    let leave = !definition.audience.contains(&Audience::Entity);
    let (link, leave_label) = (text(locale, "consent-change-applicant"), text(locale, "entities-leave"));
    let frame = Frame::of(visit);
    visit.page(title.clone(), move || {
        view! {
            <crate::ui::CitizenLayout frame bar_title=name back narrow=true>
                <crate::ui::EmptyState title text=body>
                    {match leave {
                        true => view! {
                            <form method="post" action="/me/entities">
                                <input type="hidden" name="next" value=here/>
                                <SubmitButton label=leave_label name="act" value="leave"/>
                            </form>
                        }
                            .into_any(),
                        false => view! { <crate::ui::ButtonLink href=entities label=link/> }.into_any(),
                    }}
                </crate::ui::EmptyState>
            </crate::ui::CitizenLayout>
        }
    })
}
