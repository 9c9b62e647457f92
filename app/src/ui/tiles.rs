//! Tiles: the four things a citizen does, and the themes of a life.

use leptos::prelude::*;

use super::{Icon, IconName, Tone};

/// A large tile; `note` shows where there is room.
#[derive(Clone, Debug)]
pub struct Tile {
    pub href: String,
    pub label: String,
    pub note: String,
    pub icon: IconName,
    pub tone: Tone,
}

/// The core of the home page. `lift` lets it rise into the blue header.
#[component]
pub fn TileGrid(tiles: Vec<Tile>, #[prop(optional)] lift: bool) -> impl IntoView {
    view! {
        <ul class=if lift { "card tiles tiles-lift" } else { "card tiles" }>
            {tiles
                .into_iter()
                .map(|tile| {
                    view! {
                        <li>
                            <a class=format!("tile {}", tile.tone.class()) href=tile.href>
                                <span class="tile-icon">
                                    <Icon name=tile.icon/>
                                </span>
                                <span class="tile-text">
                                    {tile.label} <span class="tile-note">{tile.note}</span>
                                </span>
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// A theme: birth, school, work, …
#[derive(Clone, Debug)]
pub struct Theme {
    pub href: String,
    pub label: String,
    pub icon: IconName,
    pub tone: Tone,
}

/// Themes in a grid: four in a row on a phone, two in 长辈版.
#[component]
pub fn ThemeGrid(themes: Vec<Theme>) -> impl IntoView {
    view! {
        <ul class="card themes">
            {themes
                .into_iter()
                .map(|theme| {
                    view! {
                        <li>
                            <a class=format!("theme {}", theme.tone.class()) href=theme.href>
                                <span class="theme-icon">
                                    <Icon name=theme.icon/>
                                </span>
                                {theme.label}
                            </a>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}
