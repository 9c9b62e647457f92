//! Finding a service by words, theme, department, applicant and badge.

use axum::extract::Query;
use backend::catalog::search::Filter;
use domain::catalog::{Audience, Badge};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use crate::catalog::words::{badge, promise};
use crate::errors::encode_query_value;
use crate::ui::{
    ButtonLink, CitizenLayout, EmptyState, Filters, Frame, IconName, List, ListRow, PageHead, Place,
    SearchForm, Section, TabLink, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Bundles that stand above the services.
const BUNDLES: usize = 4;

/// What the list is narrowed to, as in the address. Unknown values find nothing rather than everything.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::catalog) struct Wish {
    #[serde(default)]
    q: String,
    theme: Option<String>,
    department: Option<String>,
    audience: Option<String>,
    badge: Option<String>,
}

impl Wish {
    fn filter(&self) -> Filter {
        let named = |value: &Option<String>| value.clone().filter(|v| !v.is_empty());
        Filter {
            theme: named(&self.theme),
            department: named(&self.department),
            audience: match self.audience.as_deref() {
                Some("person") => Some(Audience::Person),
                Some("entity") => Some(Audience::Entity),
                _ => None,
            },
            badges: Badge::ALL.into_iter().filter(|b| Some(b.id()) == self.badge.as_deref()).collect(),
        }
    }

    fn href(&self) -> String {
        let parts = [
            ("q", Some(self.q.as_str()).filter(|q| !q.is_empty())),
            ("theme", self.theme.as_deref()),
            ("department", self.department.as_deref()),
            ("audience", self.audience.as_deref()),
            ("badge", self.badge.as_deref()),
        ];
        let query: Vec<String> = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encode_query_value(value?))))
            .collect();
        if query.is_empty() { "/services".to_owned() } else { format!("/services?{}", query.join("&")) }
    }
}

pub(in crate::catalog) async fn show(visit: Visit, Query(wish): Query<Wish>) -> PageResult {
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let reference = &visit.backend().catalog.reference;
    let services = visit.backend().catalog.services();
    let searched = !wish.q.trim().is_empty();
    // What somebody looks for stands in one order; who only looks around sees the bundles first.
    let (found, bundles) = match searched {
        true => (services.find_any(&wish.q, &wish.filter()), Vec::new()),
        false => (services.find("", &wish.filter()), services.find_bundles("", &wish.filter())),
    };
    let all = found.len() + bundles.len();
    let more_bundles = bundles.len() > BUNDLES;
    let bundles: Vec<_> = bundles.into_iter().take(BUNDLES).collect();
    let (bundles_title, bundles_all) = (t("bundles-title"), more_bundles.then(|| t("bundles-all")));
    let rows: Vec<_> = found
        .iter()
        .map(|service| {
            let d = &service.definition;
            if let Some(published) = &service.bundle {
                return (
                    format!("/bundles/{}", d.code),
                    d.name.get(locale).to_owned(),
                    d.summary.get(locale).to_owned(),
                    super::bundle::size(published, locale),
                    vec![(t("bundle-title"), Tone::Jade)],
                );
            }
            let tags: Vec<_> = service.badges.iter().map(|b| badge(*b, locale)).collect();
            let department = reference.department(&d.department).map_or("", |dep| dep.name.get(locale));
            let more = format!("{department} · {}", promise(d, locale));
            (
                format!("/services/{}", d.code),
                d.name.get(locale).to_owned(),
                d.summary.get(locale).to_owned(),
                more,
                tags,
            )
        })
        .collect();

    // Words that find nothing are dropped by the next choice.
    let base = if rows.is_empty() { Wish::default() } else { wish.clone() };
    // What the list is narrowed to; it makes the title.
    let mut chosen: Vec<String> = Vec::new();
    let mut toggle = |label: String, on: bool, set: Wish| {
        chosen.extend(on.then(|| label.clone()));
        TabLink { href: set.href(), label, count: None, current: on }
    };
    // Strips scroll sideways on a phone, so what is chosen comes first.
    let chosen_first = |mut links: Vec<TabLink>| {
        links.sort_by_key(|link| !link.current);
        links
    };
    let audiences = ["person", "entity"].map(|id| {
        let on = wish.audience.as_deref() == Some(id);
        let next = Wish { audience: (!on).then(|| id.to_owned()), ..base.clone() };
        toggle(t(&format!("audience-{id}")), on, next)
    });
    let badges = Badge::ALL.map(|b| {
        let on = wish.badge.as_deref() == Some(b.id());
        let next = Wish { badge: (!on).then(|| b.id().to_owned()), ..base.clone() };
        toggle(badge(b, locale).0, on, next)
    });
    let marks = chosen_first(badges.into_iter().chain(audiences).collect());
    let themes: Vec<TabLink> = reference
        .themes
        .iter()
        .filter(|theme| services.all.iter().any(|s| s.definition.themes.contains(&theme.id)))
        .map(|theme| {
            let on = wish.theme.as_deref() == Some(&theme.id);
            let next = Wish { theme: (!on).then(|| theme.id.clone()), ..base.clone() };
            toggle(theme.name.get(locale).to_owned(), on, next)
        })
        .collect();
    let themes = chosen_first(themes);
    let departments: Vec<TabLink> = reference
        .departments
        .iter()
        .filter(|d| services.all.iter().any(|s| s.definition.department == d.id))
        .map(|d| {
            let on = wish.department.as_deref() == Some(&d.id);
            let next = Wish { department: (!on).then(|| d.id.clone()), ..base.clone() };
            toggle(d.name.get(locale).to_owned(), on, next)
        })
        .collect();
    let departments = chosen_first(departments);
    let title = if chosen.is_empty() { t("services-title") } else { chosen.join(" · ") };
    let page_title = if wish.q.is_empty() { title.clone() } else { format!("{} · {title}", wish.q) };
    let narrowed = !chosen.is_empty() || !wish.q.is_empty();
    // Where nothing is found, all the themes stand as a way on, and who else can help.
    let elsewhere = rows.is_empty().then(|| elsewhere(locale));
    let elsewhere_title = t("services-elsewhere");
    let count = with(locale, "services-found", &[("n", all.into())]);
    let (search_label, placeholder) = (t("search-label"), t("search-placeholder"));
    let (empty, empty_text, show_all) = (t("services-none"), t("services-none-text"), t("services-all"));
    let (by_mark, by_theme, by_department) = (t("filter-marks"), t("filter-themes"), t("filter-departments"));
    let opened = wish.department.is_some();
    let typed = wish.q.clone();
    let frame = Frame::of(&visit);
    let heading = title.clone();
    // What was typed is nobody else's.
    let address = if wish.q.is_empty() && !rows.is_empty() { wish.href() } else { String::new() };
    visit.public_page(&address, page_title, move || {
        view! {
            <CitizenLayout frame bar_title=title back="/" place=Place::Services>
                <PageHead title=heading in_bar=true/>
                <SearchForm action="/services" label=search_label placeholder value=typed plain=true/>
                <Filters label=by_mark links=marks/>
                <Filters label=by_theme links=themes/>
                <crate::ui::Disclosure summary=by_department.clone() open=opened plain=true>
                    <Filters label=by_department links=departments/>
                </crate::ui::Disclosure>
                <p class="row row-between">
                    <span class="muted" role="status">{count}</span>
                    {(narrowed && !rows.is_empty()).then(|| view! { <a class="clear" href="/services">{show_all.clone()}</a> })}
                </p>
                {(!bundles.is_empty())
                    .then(|| {
                        let rows = super::bundle::rows(&bundles, locale);
                        let href = bundles_all.as_ref().map(|_| "/bundles".to_owned());
                        view! {
                            <Section title=bundles_title more_href=href.unwrap_or_default() more=bundles_all.unwrap_or_default()>
                                <List>{rows}</List>
                            </Section>
                        }
                    })}
                {if rows.is_empty() {
                    view! {
                        <EmptyState title=empty text=empty_text icon=IconName::Search>
                            <ButtonLink href="/services" label=show_all/>
                        </EmptyState>
                        {elsewhere
                            .map(|sites| {
                                let rows = sites
                                    .into_iter()
                                    .map(|(href, title, note)| view! { <ListRow href title note/> })
                                    .collect_view();
                                view! { <Section title=elsewhere_title><List>{rows}</List></Section> }
                            })}
                    }
                        .into_any()
                } else {
                    view! {
                        <List>
                            {rows
                                .into_iter()
                                .map(|(href, title, note, more, tags)| {
                                    let tags = tags
                                        .into_iter()
                                        .map(|(label, tone)| view! { <Tag label tone line=true/> })
                                        .collect_view()
                                        .into_any();
                                    view! { <ListRow title href note more tags=Some(tags)/> }
                                })
                                .collect_view()}
                        </List>
                    }
                        .into_any()
                }}
            </CitizenLayout>
        }
    })
}

/// National portals for what a city does not do: address, name, what for.
fn elsewhere(locale: Locale) -> Vec<(&'static str, String, String)> {
    [
        ("https://s.nia.gov.cn/", "elsewhere-immigration"),
        ("https://gab.122.gov.cn/", "elsewhere-traffic"),
        ("https://fuwu.nhsa.gov.cn/", "elsewhere-medical"),
        ("https://gjzwfw.www.gov.cn/", "elsewhere-national"),
    ]
    .into_iter()
    .map(|(href, key)| (href, text(locale, key), text(locale, &format!("{key}-note"))))
    .collect()
}
