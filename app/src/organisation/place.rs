//! The page of a place, and of the whole country: where it lies, what lies within it, and looking for more.

use std::collections::BTreeSet;

use axum::extract::{Path, Query};
use backend::organisation::regions::{FOUND, Found, Offices, Page, chain, children, find, offices_at};
use domain::organisation::region::{Level, Region, RegionCode};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    errors::{PageError, see_other},
    ui::{
        Breadcrumb, ButtonKind, ButtonLink, CitizenLayout, EmptyState, Frame, IconName, List, ListRow,
        PageHead, SearchForm, Section, Tag, Tone,
    },
    visit::{PageResult, Visit},
    words::{t, text, with},
};

const COUNTRY: &str = "/organisation";

/// What is asked of a place. Values that cannot be read ask nothing.
#[derive(Default, Deserialize)]
pub(super) struct Wish {
    /// Looks for places by name.
    #[serde(default)]
    q: String,
    /// Code of the last place of the page before.
    after: Option<String>,
    /// The department of the last office of the page before.
    #[serde(default)]
    office: String,
}

/// `GET /organisation`: the provinces.
pub(super) async fn country(visit: Visit, Query(wish): Query<Wish>) -> PageResult {
    page(visit, Vec::new(), wish).await
}

/// `GET /organisation/{code}`
pub(super) async fn show(visit: Visit, Path(code): Path<String>, Query(wish): Query<Wish>) -> PageResult {
    let place = RegionCode::parse(&code).map_err(|_| PageError::NotFound)?;
    // One address for one place: `330100` is `3301`.
    if place.to_string() != code {
        return Ok(see_other(&address(Some(place))));
    }
    let chain = chain(visit.backend(), place).await?;
    if chain.is_empty() {
        return Err(PageError::NotFound);
    }
    page(visit, chain, wish).await
}

/// The page of the last place of `chain`; of the whole country when it is empty.
async fn page(visit: Visit, chain: Vec<Region>, wish: Wish) -> PageResult {
    let locale = visit.locale;
    let code = chain.last().map(|place| place.code);
    let here = match code {
        Some(code) if wish.q.trim().is_empty() => {
            Some(offices_at(visit.backend(), code, &wish.office).await?)
        }
        _ => None,
    };
    let content = match wish.q.trim() {
        "" => {
            let after = wish.after.and_then(|after| RegionCode::parse(&after).ok());
            Content::Below(children(visit.backend(), code, after).await?)
        }
        words => Content::Found(find(visit.backend(), code, words).await?),
    };
    let name = |place: &Region| place.name.get(locale).to_owned();
    let title = chain.last().map_or_else(|| text(locale, "places-title"), name);
    let (back, crumbs) = way(locale, &chain);
    let level = code.map(|code| text(locale, level_key(code.level())));
    let number = code.map(|code| with(locale, "place-code", &[("code", code.to_string().into())]));
    let search = match chain.last() {
        Some(place) => with(locale, "places-search-in", &[("place", name(place).into())]),
        None => text(locale, "places-search"),
    };
    let lead = code.is_none().then(|| text(locale, "places-lead"));
    let action = address(code);
    let can_hold = code.is_none_or(|code| code.level() < Level::Grid);
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=title.clone() back narrow=true>
                {code.map(|_| view! { <Breadcrumb links=crumbs here=title.clone() on_phone=true/> })}
                <PageHead title lead in_bar=true>
                    {level.map(|label| view! { <Tag label tone=Tone::Blue/> })}
                    {number.map(|number| view! { <span class="muted small">{number}</span> })}
                </PageHead>
                {here.map(|here| offices(code, here, locale))}
                {can_hold
                    .then(|| {
                        view! {
                            <SearchForm
                                action=action.clone()
                                label=search.clone()
                                placeholder=search
                                value=wish.q.trim().to_owned()
                                plain=true
                            />
                        }
                    })}
                {match content {
                    Content::Below(page) => below(code, page, locale),
                    Content::Found(found) => results(found, action, locale),
                }}
            </CitizenLayout>
        }
    })
}

enum Content {
    Below(Page),
    Found(Vec<Found>),
}

/// The offices at a place, with how they can be reached.
fn offices(code: Option<RegionCode>, here: Offices, locale: Locale) -> Option<AnyView> {
    if here.offices.is_empty() {
        return None;
    }
    let next = here.next.map(|next| format!("{}?office={next}", address(code)));
    let rows = here
        .offices
        .into_iter()
        .map(|office| {
            let title = office.name.get(locale).to_owned();
            let note = office.address.map(|address| address.get(locale).to_owned());
            let end = office.phone.map(|phone| {
                let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
                let label = format!("{} {phone}", t!("place-office-phone"));
                view! { <a class="nowrap" href=format!("tel:{digits}")>{label}</a> }.into_any()
            });
            view! { <ListRow title note beside=end icon=IconName::Building tone=Tone::Blue/> }
        })
        .collect_view();
    Some(
        view! {
            <Section title=t!("place-offices")>
                <div class="stack">
                    <List small=true>{rows}</List>
                    {next.map(|href| view! { <ButtonLink href label=t!("place-offices-more") kind=ButtonKind::Secondary block=true/> })}
                </div>
            </Section>
        }
        .into_any(),
    )
}

/// Where "back" leads, and the places above with their addresses, the country first.
fn way(locale: Locale, chain: &[Region]) -> (String, Vec<(String, String)>) {
    let Some((_, above)) = chain.split_last() else { return ("/".into(), Vec::new()) };
    let mut links = vec![(COUNTRY.to_owned(), text(locale, "places-title"))];
    links.extend(above.iter().map(|place| (address(Some(place.code)), place.name.get(locale).to_owned())));
    let back = links.last().map_or_else(|| COUNTRY.to_owned(), |(href, _)| href.clone());
    (back, links)
}

fn address(code: Option<RegionCode>) -> String {
    code.map_or_else(|| COUNTRY.to_owned(), |code| format!("{COUNTRY}/{code}"))
}

fn level_key(level: Level) -> &'static str {
    match level {
        Level::Province => "place-province",
        Level::City => "place-city",
        Level::County => "place-county",
        Level::Township => "place-township",
        Level::Village => "place-village",
        Level::Grid => "place-grid",
    }
}

/// What lies right below, a page of it.
fn below(code: Option<RegionCode>, page: Page, locale: Locale) -> AnyView {
    if page.places.is_empty() {
        // Nobody looks into a grid.
        return match code.is_some_and(|code| code.level() == Level::Grid) {
            true => ().into_any(),
            false => {
                view! { <div class="section"><EmptyState title=t!("places-none") text=t!("places-none-text") icon=IconName::MapPin tone=Tone::Slate/></div> }
                    .into_any()
            }
        };
    }
    // Said where it is not the same everywhere: a province has cities, and counties of its own.
    let levels: BTreeSet<Level> = page.places.iter().map(|place| place.code.level()).collect();
    let rows = page
        .places
        .into_iter()
        .map(|place| {
            let level = place.code.level();
            let note = (levels.len() > 1).then(|| text(locale, level_key(level)));
            let (href, title) = (address(Some(place.code)), place.name.get(locale).to_owned());
            view! { <ListRow href title note/> }
        })
        .collect_view();
    let next = page.next.map(|next| format!("{}?after={next}", address(code)));
    view! {
        <Section title=t!("places-within")>
            <div class="stack">
                <List small=true>{rows}</List>
                {next.map(|href| view! { <ButtonLink href label=t!("places-more") kind=ButtonKind::Secondary block=true/> })}
            </div>
        </Section>
    }
    .into_any()
}

/// What was found, each with where it lies.
fn results(found: Vec<Found>, all: String, locale: Locale) -> AnyView {
    if found.is_empty() {
        return view! {
            <div class="section"><EmptyState title=t!("places-not-found") text=t!("places-not-found-text") icon=IconName::Search tone=Tone::Slate>
                <ButtonLink href=all label=t!("places-all") kind=ButtonKind::Secondary small=true/>
            </EmptyState></div>
        }
        .into_any();
    }
    let cut =
        (found.len() == FOUND).then(|| view! { <p class="muted small">{t!("places-cut", n = FOUND)}</p> });
    let rows = found
        .into_iter()
        .map(|found| {
            let place = found.place;
            let above: Vec<&str> = found.above.iter().map(|place| place.name.get(locale)).collect();
            let above = match locale {
                Locale::Zh => above.concat(),
                Locale::En => above.into_iter().rev().collect::<Vec<_>>().join(", "),
            };
            let level = text(locale, level_key(place.code.level()));
            let note = if above.is_empty() { level } else { format!("{above} · {level}") };
            let (href, title) = (address(Some(place.code)), place.name.get(locale).to_owned());
            view! { <ListRow href title note/> }
        })
        .collect_view();
    view! {
        <Section title=t!("places-found") more_href=all more=t!("places-all")>
            <div class="stack">
                <List small=true>{rows}</List>
                {cut}
            </div>
        </Section>
    }
    .into_any()
}
