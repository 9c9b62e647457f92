//! Bundles (一件事): all of them, and the guide to one.

use axum::extract::Path;
use backend::catalog::Service;
use domain::catalog::bundle::Published;
use domain::catalog::{Definition, Member};
use domain::text::Locale;
use leptos::prelude::*;

use crate::catalog::words::promise;
use crate::errors::PageError;
use crate::ui::{
    ActionBar, BigNumber, ButtonLink, Card, CitizenLayout, Frame, HowTo, IconName, KeyFigure, KeyFigures,
    List, ListRow, PageHead, Place, Section, SideColumns, Tag, TickItem, Ticks, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// All bundles.
pub(in crate::catalog) async fn all(visit: Visit) -> PageResult {
    let locale = visit.locale;
    let (title, lead) = (text(locale, "bundles-title"), text(locale, "bundles-lead"));
    let services = visit.backend().catalog.services();
    let bundles = services.find_bundles("", &Default::default());
    let frame = Frame::of(&visit);
    let heading = title.clone();
    visit.public_page("/bundles", title.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=title back="/services" place=Place::Services>
                <PageHead title=heading lead/>
                <List>{rows(&bundles, locale)}</List>
            </CitizenLayout>
        }
    })
}

/// Bundles as rows of a list.
pub(in crate::catalog) fn rows(bundles: &[std::sync::Arc<Service>], locale: Locale) -> AnyView {
    bundles.iter().map(|bundle| row(bundle, locale)).collect_view().into_any()
}

fn row(bundle: &Service, locale: Locale) -> AnyView {
    let d = &bundle.definition;
    let more = bundle.bundle.as_ref().map(|published| size(published, locale)).unwrap_or_default();
    let (title, note) = (d.name.get(locale).to_owned(), d.summary.get(locale).to_owned());
    view! { <ListRow title href=format!("/bundles/{}", d.code) note more icon=IconName::Check/> }.into_any()
}

/// How many services of how many departments.
pub(in crate::catalog) fn size(published: &Published, locale: Locale) -> String {
    let departments = departments(published);
    with(
        locale,
        "bundles-note",
        &[("n", published.members.len().into()), ("departments", departments.into())],
    )
}

fn departments(published: &Published) -> usize {
    let mut departments: Vec<&str> = published.members.iter().map(|d| d.department.as_str()).collect();
    departments.sort_unstable();
    departments.dedup();
    departments.len()
}

/// The guide to a bundle.
pub(in crate::catalog) async fn show(visit: Visit, Path(code): Path<String>) -> PageResult {
    let services = visit.backend().catalog.services();
    let service = services.bundle(&code).cloned().ok_or(PageError::NotFound)?;
    let published = service.bundle.as_ref().ok_or(PageError::NotFound)?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let d = &service.definition;
    let (name, summary) = (d.name.get(locale).to_owned(), d.summary.get(locale).to_owned());
    let brought: Vec<TickItem> = d
        .materials
        .iter()
        .map(|m| TickItem {
            text: m.name.get(locale).to_owned(),
            note: m.why.get(locale).to_owned(),
            icon: Some(IconName::Document),
            tone: Some(Tone::Amber),
        })
        .collect();
    let steps: Vec<(String, String)> =
        [("guide-step-apply", "guide-step-apply-text"), ("bundle-step-split", "bundle-step-split-text")]
            .into_iter()
            .map(|(title, body)| (t(title), t(body)))
            .chain(d.then.iter().map(|step| (step.get(locale).to_owned(), String::new())))
            .chain([(t("bundle-step-follow"), t("bundle-step-follow-text"))])
            .collect();
    let laws: Vec<String> = d
        .legal_basis
        .iter()
        .map(|basis| format!("{} {}", basis.law.get(locale), basis.article.get(locale)).trim_end().to_owned())
        .collect();
    let figure = |name: &str, value: usize, unit: &str| KeyFigure {
        name: t(name),
        value: value.to_string(),
        unit: t(unit),
        tone: None,
    };
    let figures = vec![
        figure("bundle-key-members", published.members.len(), "bundle-unit-members"),
        figure("bundle-key-departments", departments(published), "bundle-unit-departments"),
        figure("key-visits", d.visits.into(), "unit-times"),
        figure("key-papers", d.materials.len(), "unit-papers"),
    ];
    let start = format!("/cases/new?service={code}");
    let (start_label, bar, who) = (t("guide-start"), t("bundle-title"), d.who.get(locale).to_owned());
    let (members_title, brought_title, who_title, steps_title, law_title) =
        (t("bundle-members"), t("guide-brought"), t("guide-who"), t("guide-steps"), t("guide-law"));
    let (shared, nothing, nothing_text) = (t("bundle-shared"), t("guide-nothing"), t("guide-nothing-text"));
    let title = name.clone();
    let frame = Frame::of(&visit);
    let (whole, of) = (published, &visit);
    visit.public_page(&format!("/bundles/{code}"), title, move || {
        let members = members(of, whole);
        let side = view! {
            <KeyFigures figures/>
            <div class="hide-phone"><ButtonLink href=start.clone() label=start_label.clone() block=true/></div>
        }
        .into_any();
        view! {
            <CitizenLayout frame bar_title=bar back="/services" place=Place::Services tabs=false>
                <PageHead title=name lead=summary/>
                <SideColumns side>
                    <Section title=members_title>
                        <List>{members}</List>
                        <p class="muted small">{shared}</p>
                    </Section>
                    <Section title=brought_title>
                        {if brought.is_empty() {
                            view! { <BigNumber number="0" title=nothing text=nothing_text/> }.into_any()
                        } else {
                            view! { <Card><Ticks items=brought/></Card> }.into_any()
                        }}
                    </Section>
                    <Section title=who_title>
                        <Card><p>{who}</p></Card>
                    </Section>
                    <Section title=steps_title>
                        <Card><HowTo steps/></Card>
                    </Section>
                    {(!laws.is_empty())
                        .then(|| {
                            let laws = laws.into_iter().map(|law| view! { <li>{law}</li> }).collect_view();
                            view! { <Section title=law_title><Card><ul class="plain-list">{laws}</ul></Card></Section> }
                        })}
                </SideColumns>
                <ActionBar phone_only=true>
                    <ButtonLink href=start label=start_label block=true/>
                </ActionBar>
            </CitizenLayout>
        }
    })
}

/// The members, each with its department and promise, and when it is part of the whole.
fn members(visit: &Visit, published: &Published) -> AnyView {
    published.members().map(|(m, d)| member(visit, published, m, d)).collect_view().into_any()
}

fn member(visit: &Visit, published: &Published, member: &Member, d: &Definition) -> AnyView {
    let locale = visit.locale;
    let reference = &visit.backend().catalog.reference;
    let department = reference.department(&d.department).map_or("", |dep| dep.name.get(locale));
    let note = format!("{department} · {}", promise(d, locale));
    let names: Vec<&str> = member
        .after
        .iter()
        .filter_map(|code| published.member(code))
        .map(|(_, before)| before.name.get(locale))
        .collect();
    let names = backend::catalog::display::listed(&names, locale);
    let more = match member.after.is_empty() {
        true => String::new(),
        false => with(locale, "bundle-member-after", &[("names", names.into())]),
    };
    let tag = match (member.optional, member.when.is_some()) {
        (true, _) => Some("bundle-member-optional"),
        (false, true) => Some("bundle-member-when"),
        _ => None,
    };
    let tags = tag.map(|key| view! { <Tag label=text(locale, key) tone=Tone::Slate line=true/> }.into_any());
    let title = d.name.get(locale).to_owned();
    view! { <ListRow title href=format!("/services/{}", d.code) note more tags/> }.into_any()
}
