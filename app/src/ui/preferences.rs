//! Language, mode and theme: plain forms to `/preferences`, no script.

use domain::text::Locale;
use leptos::prelude::*;

use crate::words::t;

fn choice(
    name: &'static str,
    value: &'static str,
    label: String,
    on: bool,
    lang: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="submit" class="segment" name=name value=value lang=lang aria-pressed=if on { "true" } else { "false" }>
            {label}
        </button>
    }
}

fn setting(label: String, next: String, choices: impl IntoView) -> impl IntoView {
    view! {
        <form class="setting" method="post" action="/preferences">
            <input type="hidden" name="next" value=next/>
            <span>{label.clone()}</span>
            <div class="segmented" role="group" aria-label=label>
                {choices}
            </div>
        </form>
    }
}

/// 标准版 or 长辈版. `next` is the path to come back to.
#[component]
pub fn ModeSwitch(elder: bool, #[prop(into)] next: String) -> impl IntoView {
    setting(
        t!("ui-interface"),
        next,
        (
            choice("mode", "standard", t!("ui-standard"), !elder, None),
            choice("mode", "elder", t!("ui-elder"), elder, None),
        ),
    )
}

/// Light, dark or as the device. `theme` is `light`, `dark` or `auto`.
#[component]
pub fn ThemeSwitch(#[prop(into)] theme: String, #[prop(into)] next: String) -> impl IntoView {
    setting(
        t!("ui-appearance"),
        next,
        (
            choice("theme", "light", t!("ui-light"), theme == "light", None),
            choice("theme", "dark", t!("ui-dark"), theme == "dark", None),
            choice("theme", "auto", t!("ui-auto"), theme == "auto", None),
        ),
    )
}

/// 中文 or English, each in its own language.
#[component]
pub fn LanguageSwitch(locale: Locale, #[prop(into)] next: String) -> impl IntoView {
    setting(
        t!("ui-language"),
        next,
        (
            choice("locale", "zh-CN", "中文".to_owned(), locale == Locale::Zh, Some("zh-CN")),
            choice("locale", "en", "English".to_owned(), locale == Locale::En, Some("en")),
        ),
    )
}
