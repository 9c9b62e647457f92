//! The guide page of a service (办事指南).

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use backend::catalog::Services;
use domain::catalog::fee::Due;
use domain::catalog::{Audience, Definition, Retirement};
use domain::organisation::region::Level;
use domain::text::Locale;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::catalog::words::{badge, fee, promise};
use crate::errors::PageError;
use crate::ui::{
    ActionBar, Alert, AlertKind, BigNumber, ButtonLink, Card, CitizenLayout, Disclosure, Faq, Frame, HowTo,
    KeyFigure, KeyFigures, List, PageHead, Place, Section, SideColumns, SummaryList, SummaryRow, Tag,
    TickItem, Ticks, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

pub(in crate::catalog) async fn show(visit: Visit, Path(code): Path<String>) -> PageResult {
    let services = visit.backend().catalog.services();
    if services.known(&code).is_none() && services.bundle(&code).is_some() {
        return Ok(Redirect::to(&format!("/bundles/{code}")).into_response());
    }
    let ended = services.get(&code).is_none();
    let service = services.known(&code).cloned().ok_or(PageError::NotFound)?;
    let bundles: Vec<_> = services.bundles_with(&code).cloned().collect();
    let bundles_title = text(visit.locale, "bundle-in");
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let ends = services.retirement(&code).map(|ends| Ending::new(ends, ended, &services, locale));
    let d = &service.definition;
    let name = d.name.get(locale).to_owned();
    let summary = d.summary.get(locale).to_owned();
    let tags: Vec<_> = service.badges.iter().map(|b| badge(*b, locale)).collect();
    let figures = figures(d, locale);
    let fetched = fetched(&visit, d);
    let brought: Vec<TickItem> = d
        .materials
        .iter()
        .map(|m| TickItem {
            text: m.name.get(locale).to_owned(),
            note: m.why.get(locale).to_owned(),
            icon: Some(crate::ui::IconName::Document),
            tone: Some(Tone::Amber),
        })
        .collect();
    let who = d.who.get(locale).to_owned();
    let conditions: Vec<TickItem> =
        d.eligibility.iter().map(|rule| TickItem::because(true, rule.yes.get(locale))).collect();
    let steps: Vec<(String, String)> = std::iter::once((t("guide-step-apply"), t("guide-step-apply-text")))
        .chain(d.then.iter().map(|step| (step.get(locale).to_owned(), String::new())))
        .collect();
    let details = details(&visit, d);
    let fee_first = d.fee.as_ref().filter(|fee| fee.due == Due::First).map(|_| {
        let place = visit.authority(&d.department).unwrap_or_default();
        (
            format!("{} · {}", t("guide-fee-first"), fee(d, locale)),
            with(locale, "guide-fee-first-text", &[("department", place.into())]),
        )
    });
    let laws: Vec<String> = d
        .legal_basis
        .iter()
        .map(|basis| format!("{} {}", basis.law.get(locale), basis.article.get(locale)).trim_end().to_owned())
        .collect();
    let faqs: Vec<(String, String)> =
        d.faqs.iter().map(|f| (f.q.get(locale).to_owned(), f.a.get(locale).to_owned())).collect();
    let start = format!("/cases/new?service={code}");
    let (start_label, result_title) = (t("guide-start"), t("guide-result"));
    let result = d.result.get(locale).to_owned();
    let (nothing, nothing_text) = (t("guide-nothing"), t("guide-nothing-text"));
    let (fetched_title, brought_title, who_title, steps_title, law_title, faq_title, details_title) = (
        t("guide-fetched"),
        t("guide-brought"),
        t("guide-who"),
        t("guide-steps"),
        t("guide-law"),
        t("guide-faq"),
        t("guide-details"),
    );
    let (machine, reviews, bar) = (t("guide-machine"), t("reviews-of-service"), t("guide-title"));
    let back = "/services".to_owned();
    let title = name.clone();
    let frame = Frame::of(&visit);
    let needs_nothing = brought.is_empty();
    let data = format!("/api/v1/services/{code}");
    visit.public_page(&format!("/services/{code}"), title, move || {
        let side = view! {
            <KeyFigures figures/>
            {(!ended)
                .then(|| view! { <div class="hide-phone"><ButtonLink href=start.clone() label=start_label.clone() block=true/></div> })}
        }
        .into_any();
        view! {
            <CitizenLayout frame bar_title=bar back place=Place::Services tabs=false>
                <PageHead title=name lead=summary>
                    <p class="tags">{tags.into_iter().map(|(label, tone)| view! { <Tag label tone/> }).collect_view()}</p>
                </PageHead>
                <SideColumns side>
                    {ends.map(Ending::view)}
                    {fee_first.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                    <Section title=brought_title>
                        {if needs_nothing {
                            view! { <BigNumber number="0" title=nothing text=nothing_text/> }.into_any()
                        } else {
                            view! { <Card><Ticks items=brought/></Card> }.into_any()
                        }}
                    </Section>
                    {(!fetched.is_empty())
                        .then(|| view! { <Section title=fetched_title><Card><Ticks items=fetched/></Card></Section> })}
                    <Section title=who_title>
                        <Card>
                            <p>{who}</p>
                            {(!conditions.is_empty()).then(|| view! { <Ticks items=conditions/> })}
                        </Card>
                    </Section>
                    <Section title=steps_title>
                        <Card><HowTo steps/></Card>
                    </Section>
                    <Section title=result_title>
                        <Card><p>{result}</p></Card>
                    </Section>
                    {(!bundles.is_empty())
                        .then(|| {
                            let rows = super::bundle::rows(&bundles, locale);
                            view! { <Section title=bundles_title><List>{rows}</List></Section> }
                        })}
                    <Section title=details_title>
                        <SummaryList plain=true rows=details/>
                    </Section>
                    <Section title=law_title>
                        <Card>
                            <ul class="plain-list">{laws.into_iter().map(|law| view! { <li>{law}</li> }).collect_view()}</ul>
                        </Card>
                    </Section>
                    {(!faqs.is_empty())
                        .then(|| {
                            let items = faqs
                                .into_iter()
                                .map(|(q, a)| view! { <Disclosure summary=q><p>{a}</p></Disclosure> })
                                .collect_view();
                            view! { <Section title=faq_title><Faq>{items}</Faq></Section> }
                        })}
                    <p class="muted small">
                        <a href=format!("/reviews/services/{code}")>{reviews}</a>
                        " · "
                        <a href=data.clone()>{machine}</a>
                    </p>
                </SideColumns>
                {(!ended)
                    .then(|| {
                        view! {
                            <ActionBar phone_only=true>
                                <ButtonLink href=start label=start_label block=true/>
                            </ActionBar>
                        }
                    })}
            </CitizenLayout>
        }
    })
}

/// That the service ends or has ended, and what takes its place.
struct Ending {
    title: String,
    text: String,
    successor: Option<(String, String)>,
}

impl Ending {
    fn new(ends: &Retirement, ended: bool, services: &Services, locale: Locale) -> Self {
        let (day, filing) = (day_words(ends.last_day, locale), day_words(ends.filing_ends(), locale));
        let successor = ends.successor.as_ref().and_then(|code| services.get(code)).map(|next| {
            let name = next.definition.name.get(locale).to_owned();
            (format!("/services/{}", next.code()), with(locale, "guide-successor", &[("name", name.into())]))
        });
        let title = match ended {
            true => text(locale, "guide-ended"),
            false => with(locale, "guide-ends", &[("day", day.clone().into())]),
        };
        let key = if ended { "guide-ended-text" } else { "guide-ends-text" };
        let text = with(locale, key, &[("day", day.into()), ("filing", filing.into())]);
        Ending { title, text, successor }
    }

    fn view(self) -> AnyView {
        let successor = self.successor.map(|(href, name)| view! { <p><a href=href>{name}</a></p> });
        let title = self.title;
        view! {
            <Alert kind=AlertKind::Warning title>
                <p>{self.text}</p>
                {successor}
            </Alert>
        }
        .into_any()
    }
}

/// A day as it is written in a sentence.
fn day_words(day: Date, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Locale::En => day.strftime("%-d %B %Y").to_string(),
    }
}

fn figures(d: &Definition, locale: Locale) -> Vec<KeyFigure> {
    let t = |key: &str| text(locale, key);
    let good = |on: bool| on.then_some(Tone::Jade);
    let (days, days_unit) = match d.time_limit.promised {
        0 => (t("at-once"), String::new()),
        n => (n.to_string(), t("unit-working-days")),
    };
    let (fee_value, fee_unit) = (fee(d, locale), String::new());
    vec![
        KeyFigure {
            name: t("key-time"),
            value: days,
            unit: days_unit,
            tone: good(d.time_limit.promised == 0),
        },
        KeyFigure {
            name: t("key-visits"),
            value: d.visits.to_string(),
            unit: t("unit-times"),
            tone: good(d.visits == 0),
        },
        KeyFigure {
            name: t("key-papers"),
            value: d.materials.len().to_string(),
            unit: t("unit-papers"),
            tone: good(d.materials.is_empty()),
        },
        KeyFigure { name: t("key-fee"), value: fee_value, unit: fee_unit, tone: good(d.fee.is_none()) },
    ]
}

/// What the portal fetches: one line for each register.
fn fetched(visit: &Visit, d: &Definition) -> Vec<TickItem> {
    let locale = visit.locale;
    let separator = text(locale, "list-separator");
    visit
        .backend()
        .catalog
        .reference
        .registers
        .all
        .iter()
        .filter_map(|register| {
            let names: Vec<&str> = d
                .facts
                .iter()
                .filter_map(|f| register.facts.iter().find(|spec| spec.id == f.id))
                .map(|spec| spec.name.get(locale))
                .collect();
            (!names.is_empty()).then(|| TickItem {
                text: names.join(&separator),
                note: register.name.get(locale).to_owned(),
                ..TickItem::default()
            })
        })
        .collect()
}

fn details(visit: &Visit, d: &Definition) -> Vec<SummaryRow> {
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let row = |key: &str, value: String| SummaryRow { name: t(key), value, change: None };
    let audience: Vec<String> = d
        .audience
        .iter()
        .map(|a| match a {
            Audience::Person => t("audience-person"),
            Audience::Entity => t("audience-entity"),
        })
        .collect();
    let level = match d.level {
        Level::Province => "level-province",
        Level::City => "level-city",
        Level::County => "level-county",
        Level::Township | Level::Village | Level::Grid => "level-township",
    };
    // Who has said where they live reads which district it is.
    let place = visit.preferences.region(&visit.backend().catalog.reference);
    let place = place.filter(|place| d.level == Level::County && place.code.level() == Level::County);
    let level = match place {
        Some(place) => format!("{} · {}", t(level), place.name.get(locale)),
        None => t(level),
    };
    let statutory = match d.time_limit.statutory {
        0 => t("at-once"),
        n => with(locale, "working-days", &[("n", n.into())]),
    };
    let mut rows = vec![
        row("department", visit.authority(&d.department).unwrap_or_default()),
        row("detail-audience", audience.join(&t("list-separator"))),
        row("detail-level", level),
        row("detail-statutory", statutory),
        row("detail-promised", promise(d, locale)),
    ];
    match &d.fee {
        None => rows.push(row("key-fee", t("badge-free"))),
        Some(f) => {
            let value = format!("{} {}\n{}", f.name.get(locale), fee(d, locale), f.basis.get(locale));
            rows.push(row("key-fee", value));
        }
    }
    rows
}
