//! How a person wants to read the portal: language, 长辈版 (elder mode), light or dark; and where they live.
//!
//! A stranger's choice is kept in a cookie; nothing in it says who they are.

use axum::{Form, Router, response::IntoResponse, routing::get};
use backend::{catalog::Reference, identity::save_preferences};
use domain::{
    organisation::region::{Level, Region, RegionCode},
    text::Locale,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    errors::PageError,
    state::AppState,
    ui::{Card, CitizenLayout, Frame, LanguageSwitch, ModeSwitch, PageHead, ThemeSwitch},
    visit::{PageResult, Visit},
    words::{self, t},
};

const COOKIE_NAME: &str = "zb_preferences";
/// Levels of the places that one can choose.
const PLACES: [Level; 2] = [Level::City, Level::County];
const ONE_YEAR_SECONDS: u32 = 365 * 86_400;

/// How the pages look to one reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Preferences {
    pub mode: Mode,
    pub theme: Theme,
    /// The chosen language; without a choice the browser's.
    pub locale: Option<Locale>,
    /// District or county, or the whole city; decides which authority a guide names.
    #[serde(default)]
    pub place: Option<RegionCode>,
}

/// How much is on a screen, and how large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    Standard,
    /// 长辈版: larger text and targets, fewer things on one screen.
    Elder,
}

impl Mode {
    pub const ALL: [Mode; 2] = [Mode::Standard, Mode::Elder];

    /// As in `data-mode`, in the cookie and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Standard => "standard",
            Mode::Elder => "elder",
        }
    }
}

/// Light or dark; `Auto` follows the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// As in `data-theme`, in the cookie and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// For the browser's own parts (form controls, scroll bars).
    pub fn color_scheme(self) -> &'static str {
        match self {
            Theme::Auto => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl Preferences {
    /// Reads the cookie; what is missing or unknown takes its default.
    pub fn of(headers: &HeaderMap) -> Self {
        cookie(headers, COOKIE_NAME).map(Self::parse).unwrap_or_default()
    }

    /// The language to answer in: the chosen one, else the first of the browser's that the portal speaks.
    pub fn locale(self, headers: &HeaderMap) -> Locale {
        let asked = || {
            let tags = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
            tags.split(',').take(8).find_map(|tag| Locale::from_tag(tag.split(';').next()?.trim()))
        };
        self.locale.or_else(asked).unwrap_or_default()
    }

    fn parse(value: &str) -> Self {
        let mut preferences = Preferences::default();
        for word in value.split('.').take(4) {
            preferences.choose(word);
        }
        preferences
    }

    /// Takes over one choice by its name; unknown names change nothing.
    fn choose(&mut self, word: &str) {
        if let Some(mode) = Mode::ALL.into_iter().find(|m| m.name() == word) {
            self.mode = mode;
        } else if let Some(theme) = Theme::ALL.into_iter().find(|t| t.name() == word) {
            self.theme = theme;
        } else if let Some(locale) = Locale::ALL.into_iter().find(|l| l.tag() == word) {
            self.locale = Some(locale);
        } else if let Some(place) = RegionCode::parse(word).ok().filter(|p| PLACES.contains(&p.level())) {
            self.place = Some(place);
        }
    }

    /// Without a place that this portal does not serve: of those anyone can think up any number.
    pub(crate) fn of_here(mut self, reference: &Reference) -> Self {
        self.place = self.place.filter(|place| self.region(reference).is_some_and(|r| r.code == *place));
        self
    }

    /// The place that was chosen, if this portal serves it, else the city it serves.
    pub fn region(self, reference: &Reference) -> Option<&Region> {
        let city = city(reference)?;
        self.place
            .filter(|place| place.is_under(city.code))
            .and_then(|p| reference.regions.get(p))
            .or(Some(city))
    }

    /// As an account keeps them.
    pub(crate) fn to_json(self) -> serde_json::Value {
        // Names only; nothing in it can fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    fn to_cookie(self, secure: bool) -> String {
        let locale = self.locale.map_or("", Locale::tag);
        let place = self.place.map(|p| p.to_string()).unwrap_or_default();
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{COOKIE_NAME}={}.{}.{locale}.{place}; Path=/; Max-Age={ONE_YEAR_SECONDS}; SameSite=Lax; HttpOnly{secure}",
            self.mode.name(),
            self.theme.name(),
        )
    }
}

/// The city that the portal serves: where its departments are registered.
fn city(reference: &Reference) -> Option<&Region> {
    reference.regions.get(reference.place()?)
}

/// The value of a cookie of the request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).into_iter().filter_map(|h| h.to_str().ok());
    all.flat_map(|h| h.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// A path of this site to go back to, or `/` when `next` leads elsewhere.
///
/// Browsers read `//host` and `/\host` as another site, and drop tabs and line breaks before they look.
pub fn same_site_path(next: &str) -> &str {
    let elsewhere = next.starts_with("//")
        || next.contains('\\')
        || !next.starts_with('/')
        || !next.bytes().all(|b| b.is_ascii_graphic());
    if elsewhere || next.len() > 2048 { "/" } else { next }
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/preferences", get(show).post(change)).route("/regions", get(places))
}

#[derive(Deserialize)]
struct Change {
    mode: Option<String>,
    theme: Option<String>,
    locale: Option<String>,
    place: Option<String>,
    #[serde(default)]
    next: String,
}

/// Keeps the choices named in the form, leaves the others, and goes back to `next`.
async fn change(visit: Visit, Form(form): Form<Change>) -> PageResult {
    let mut preferences = visit.preferences;
    for word in [form.mode, form.theme, form.locale, form.place].into_iter().flatten() {
        preferences.choose(&word);
    }
    if let Ok(person) = visit.actor().person() {
        save_preferences(visit.backend(), person, preferences.to_json()).await?;
    }
    let cookie = preferences.to_cookie(visit.state.site.is_https());
    let next = same_site_path(&form.next);
    Ok(match (HeaderValue::try_from(cookie), HeaderValue::try_from(next)) {
        (Ok(cookie), Ok(next)) => {
            (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, next)]).into_response()
        }
        _ => StatusCode::BAD_REQUEST.into_response(),
    })
}

async fn show(visit: Visit) -> PageResult {
    let Preferences { mode, theme, .. } = visit.preferences;
    let (locale, frame) = (visit.locale, Frame::of(&visit));
    let title = words::text(locale, "preferences-title");
    visit.page(title.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" narrow=true>
                <PageHead title lead=t!("preferences-lead")/>
                <Card>
                    <ModeSwitch elder=mode == Mode::Elder next="/preferences"/>
                    <ThemeSwitch theme=theme.name() next="/preferences"/>
                    <LanguageSwitch locale next="/preferences"/>
                </Card>
            </CitizenLayout>
        }
    })
}

/// Where one lives: the city and its districts and counties, each a button.
async fn places(visit: Visit) -> PageResult {
    let locale = visit.locale;
    let reference = &visit.backend().catalog.reference;
    let city = city(reference).ok_or(PageError::NotFound)?;
    let chosen = visit.preferences.region(reference).map(|place| place.code);
    let within = reference.regions.children(city.code);
    let buttons: Vec<(String, String, bool)> = std::iter::once(city)
        .chain(within)
        .map(|place| (place.code.to_string(), place.name.get(locale).to_owned(), Some(place.code) == chosen))
        .collect();
    let title = words::text(locale, "regions-title");
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let buttons = buttons
            .into_iter()
            .map(|(code, name, on)| {
                view! {
                    <button type="submit" class="place" name="place" value=code aria-pressed=if on { "true" } else { "false" }>
                        {name}
                    </button>
                }
            })
            .collect_view();
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" narrow=true>
                <PageHead title lead=t!("regions-lead") in_bar=true/>
                <form class="card places" method="post" action="/preferences">
                    <input type="hidden" name="next" value="/"/>
                    {buttons}
                </form>
            </CitizenLayout>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookie_round_trips() {
        for mode in Mode::ALL {
            for theme in Theme::ALL {
                for locale in [None, Some(Locale::Zh), Some(Locale::En)] {
                    let place = locale.and(RegionCode::parse("330106").ok());
                    let kept = Preferences { mode, theme, locale, place };
                    let mut headers = HeaderMap::new();
                    let pair = kept.to_cookie(false);
                    let pair = format!("other=1; {}", pair.split(';').next().unwrap());
                    headers.insert(COOKIE, pair.parse().unwrap());
                    assert_eq!(Preferences::of(&headers), kept, "{pair}");
                }
            }
        }
    }

    #[test]
    fn nonsense_in_the_cookie_changes_nothing() {
        assert_eq!(
            Preferences::parse("<script>.dark.elder"),
            Preferences { mode: Mode::Elder, theme: Theme::Dark, locale: None, place: None }
        );
    }

    #[test]
    fn language_follows_the_browser_until_chosen() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "fr;q=0.9, en-GB;q=0.8, zh;q=0.1".parse().unwrap());
        assert_eq!(Preferences::default().locale(&headers), Locale::En);
        let chosen = Preferences { locale: Some(Locale::Zh), ..Preferences::default() };
        assert_eq!(chosen.locale(&headers), Locale::Zh);
        assert_eq!(Preferences::default().locale(&HeaderMap::new()), Locale::Zh);
    }

    #[test]
    fn way_back_stays_on_this_site() {
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "x",
            "/a\r\nSet-Cookie: a=b",
            "/\t/evil.example",
        ] {
            assert_eq!(same_site_path(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(same_site_path("/services?q=%E8%BA%AB&page=2"), "/services?q=%E8%BA%AB&page=2");
    }
}
