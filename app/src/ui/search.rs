//! The search box.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::words::t;

/// A form with `q`: GET, or POST where the words may be about a person. `plain` draws it for a white page instead of the
/// blue header.
#[component]
pub fn SearchForm(
    #[prop(into)] action: String,
    /// What it searches; read out, not shown.
    #[prop(into)]
    label: String,
    #[prop(optional, into)] placeholder: String,
    #[prop(optional, into)] value: String,
    #[prop(optional)] plain: bool,
    #[prop(optional)] post: bool,
) -> AnyView {
    view! {
        <form class=if plain { "search search-plain" } else { "search" } role="search" action=action method=if post { "post" } else { "get" }>
            <Icon name=IconName::Search/>
            <input
                class="search-input"
                type="search"
                name="q"
                value=value
                placeholder=placeholder
                aria-label=label
                maxlength="100"
                enterkeyhint="search"
                autocomplete="off"
            />
            <button type="submit" class="search-btn">
                {t!("ui-search")}
            </button>
        </form>
    }
    .into_any()
}
