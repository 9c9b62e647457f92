//! The home page: search, the main doors, what waits for you, and services by the moments of a life.

use backend::cases::list::cases_of;
use domain::catalog::Badge;
use leptos::prelude::*;

use crate::cases::{fail, list_rows};
use crate::catalog::words::{promise, theme_icon};
use crate::preferences::Mode;
use crate::ui::{
    Alert, AlertKind, ButtonKind, Frame, HomeLayout, IconName, List, ListRow, Promo, Section, SubmitButton,
    Tag, Theme, ThemeGrid, Tile, TileGrid, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Waiting things shown on the home page.
const WAITING: i64 = 3;
/// Services that are decided at once, shown on the home page.
const INSTANT: usize = 6;
/// Themes that come first in 长辈版.
const ELDERS_FIRST: [&str; 4] = ["elderly", "social", "medical", "travel"];

pub(crate) async fn show(visit: Visit) -> PageResult {
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let backend = visit.backend();
    let services = backend.catalog.services();
    let mine = match visit.actor().person() {
        Ok(_) => cases_of(backend, visit.actor(), None, WAITING).await.map_err(|e| fail(&visit, e))?,
        Err(_) => Vec::new(),
    };
    let waiting = (!mine.is_empty()).then(|| list_rows(&visit, &mine));
    let tiles = vec![
        Tile {
            href: "/services".into(),
            label: t("tile-services"),
            note: t("tile-services-note"),
            icon: IconName::Document,
            tone: Tone::Blue,
        },
        Tile {
            href: "/cases".into(),
            label: t("tile-cases"),
            note: t("tile-cases-note"),
            icon: IconName::Checklist,
            tone: Tone::Jade,
        },
        Tile {
            href: "/certificates".into(),
            label: t("tile-certificates"),
            note: t("tile-certificates-note"),
            icon: IconName::Wallet,
            tone: Tone::Orange,
        },
        Tile {
            href: "/verify".into(),
            label: t("tile-verify"),
            note: t("tile-verify-note"),
            icon: IconName::Qr,
            tone: Tone::Violet,
        },
    ];
    let mut ordered: Vec<_> = backend.catalog.reference.themes.iter().collect();
    if visit.preferences.mode == Mode::Elder {
        // Stable: the others keep their order.
        let place = |id: &str| ELDERS_FIRST.iter().position(|first| *first == id);
        ordered.sort_by_key(|theme| place(&theme.id).unwrap_or(usize::MAX));
    }
    let themes: Vec<Theme> = ordered
        .into_iter()
        .filter(|theme| services.all.iter().any(|s| s.definition.themes.contains(&theme.id)))
        .map(|theme| {
            let (icon, tone) = theme_icon(&theme.icon);
            Theme {
                href: format!("/services?theme={}", theme.id),
                label: theme.name.get(locale).to_owned(),
                icon,
                tone,
            }
        })
        .collect();
    let single = services.all.iter().filter(|s| s.badges.contains(&Badge::SingleCertificate)).count();
    let instant: Vec<(String, String, String)> = services
        .all
        .iter()
        .filter(|s| s.badges.contains(&Badge::Instant))
        .take(INSTANT)
        .map(|s| {
            let d = &s.definition;
            (format!("/services/{}", d.code), d.name.get(locale).to_owned(), promise(d, locale))
        })
        .collect();
    let person = visit.viewer.as_ref().and_then(|v| v.person());
    let greeting = match person.and_then(|p| p.name.clone()) {
        Some(name) => with(locale, "home-hello-name", &[("name", name.into())]),
        None => t("home-hello"),
    };
    let acting = person.and_then(|p| p.entity.as_ref()).map(|entity| {
        (with(locale, "me-acting", &[("name", entity.name.clone().into())]), t("entities-leave"))
    });
    let (search_label, search_placeholder) = (t("search-label"), t("search-placeholder"));
    let (promo_title, promo_text) = (t("promo-title"), with(locale, "promo-text", &[("n", single.into())]));
    let (mine_title, themes_title, instant_title, all) =
        (t("home-mine"), t("home-themes"), t("home-instant"), t("all"));
    let hot_label = t("home-hot");
    let hot: Vec<(String, String)> = ["hot-1", "hot-2", "hot-3"]
        .iter()
        .map(|key| {
            let words = t(key);
            (format!("/services?q={}", crate::errors::encode_query_value(&words)), words)
        })
        .collect();
    let empty = services.all.is_empty().then(|| (t("home-empty"), t("home-empty-text")));
    let frame = Frame::of(&visit);
    visit.public_page("/", "", move || {
        view! {
            <HomeLayout frame greeting search_label search_placeholder hot_label hot>
                <TileGrid tiles lift=true/>
                {acting
                    .map(|(title, leave)| {
                        view! {
                            <Alert title kind=AlertKind::Info>
                                <form method="post" action="/me/entities">
                                    <input type="hidden" name="next" value="/"/>
                                    <SubmitButton label=leave kind=ButtonKind::Secondary small=true name="act" value="leave"/>
                                </form>
                            </Alert>
                        }
                    })}
                {empty.map(|(title, text)| view! { <crate::ui::EmptyState title text/> })}
                {(single > 0).then(|| view! { <Promo href="/services?badge=single_certificate" title=promo_title text=promo_text/> })}
                {waiting
                    .map(|waiting| {
                        view! {
                            <Section title=mine_title more_href="/cases" more=all.clone()>
                                <List>{waiting}</List>
                            </Section>
                        }
                    })}
                {(!themes.is_empty()).then(|| view! { <Section title=themes_title><ThemeGrid themes/></Section> })}
                {(!instant.is_empty())
                    .then(|| {
                        let rows = instant
                            .into_iter()
                            .map(|(href, title, when)| {
                                let end = view! { <Tag label=when tone=Tone::Orange icon=Some(IconName::Bolt)/> }.into_any();
                                view! { <ListRow title href end=Some(end)/> }
                            })
                            .collect_view();
                        view! {
                            <Section title=instant_title more_href="/services?badge=instant" more=all>
                                <List>{rows}</List>
                            </Section>
                        }
                    })}
            </HomeLayout>
        }
    })
}
