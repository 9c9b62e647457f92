//! Language, mode and theme: plain forms to `/preferences`, no script.

use domain::text::Locale;
use leptos::prelude::*;

use super::words::words;

fn choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    on: bool,
    lang: Option<&'static str>,
) -> impl IntoView {
    view! {
        <button type="submit" class="segment" name=name value=value lang=lang aria-pressed=if on { "true" } else { "false" }>
            {label}
        </button>
    }
}

fn setting(label: &'static str, next: String, choices: impl IntoView) -> impl IntoView {
    view! {
        <form class="setting" method="post" action="/preferences">
            <input type="hidden" name="next" value=next/>
            <span>{label}</span>
            <div class="segmented" role="group" aria-label=label>
                {choices}
            </div>
        </form>
    }
}

/// 标准版 or 长辈版. `next` is the path to come back to.
#[component]
pub fn ModeSwitch(elder: bool, #[prop(into)] next: String) -> impl IntoView {
    let w = words();
    setting(
        w.interface,
        next,
        (choice("mode", "standard", w.standard, !elder, None), choice("mode", "elder", w.elder, elder, None)),
    )
}

/// Light, dark or as the device. `theme` is `light`, `dark` or `auto`.
#[component]
pub fn ThemeSwitch(#[prop(into)] theme: String, #[prop(into)] next: String) -> impl IntoView {
    let w = words();
    setting(
        w.appearance,
        next,
        (
            choice("theme", "light", w.light, theme == "light", None),
            choice("theme", "dark", w.dark, theme == "dark", None),
            choice("theme", "auto", w.auto, theme == "auto", None),
        ),
    )
}

/// 中文 or English, each in its own language.
#[component]
pub fn LanguageSwitch(locale: Locale, #[prop(into)] next: String) -> impl IntoView {
    setting(
        words().language,
        next,
        (
            choice("locale", "zh-CN", "中文", locale == Locale::Zh, Some("zh-CN")),
            choice("locale", "en", "English", locale == Locale::En, Some("en")),
        ),
    )
}
