//! Words and marks of services.

use backend::catalog::display::yuan;
use domain::catalog::{Badge, Definition};
use domain::rules::{Expr, Value};
use domain::text::Locale;

use crate::ui::{IconName, Tone};
use crate::words::{text, with};

/// A badge in words, with its colour.
pub(super) fn badge(badge: Badge, locale: Locale) -> (String, Tone) {
    match badge {
        Badge::SingleCertificate => (text(locale, "badge-single-certificate"), Tone::Blue),
        Badge::ZeroVisits => (text(locale, "badge-zero-visits"), Tone::Teal),
        Badge::Instant => (text(locale, "badge-instant"), Tone::Orange),
        Badge::Free => (text(locale, "badge-free"), Tone::Jade),
    }
}

/// The promised time in words.
pub(super) fn promise(definition: &Definition, locale: Locale) -> String {
    match definition.time_limit.promised {
        0 => text(locale, "at-once"),
        days => with(locale, "working-days", &[("n", days.into())]),
    }
}

/// The fee in words: nothing, an amount, or that it depends.
pub(super) fn fee(definition: &Definition, locale: Locale) -> String {
    match definition.fee.as_ref().map(|f| &f.amount) {
        None => text(locale, "badge-free"),
        Some(Expr::Literal(Value::Money(fen))) => yuan(*fen, locale),
        Some(_) => text(locale, "fee-by-rule"),
    }
}

/// The symbol of a theme, as named in `catalog/themes.toml`.
pub(super) fn theme_icon(name: &str) -> (IconName, Tone) {
    match name {
        "baby" => (IconName::Baby, Tone::Orange),
        "school" => (IconName::School, Tone::Blue),
        "briefcase" => (IconName::Briefcase, Tone::Teal),
        "shield" => (IconName::Shield, Tone::Jade),
        "medical" => (IconName::Medical, Tone::Red),
        "house" => (IconName::House, Tone::Violet),
        "heart" => (IconName::Heart, Tone::Red),
        "car" => (IconName::Car, Tone::Blue),
        "id-card" => (IconName::Id, Tone::Blue),
        "elderly" => (IconName::Elder, Tone::Amber),
        "hand-heart" => (IconName::HeartHandshake, Tone::Orange),
        "accessibility" => (IconName::Disabled, Tone::Teal),
        "medal" => (IconName::Medal, Tone::Red),
        "scale" => (IconName::Scale, Tone::Violet),
        "flower" => (IconName::Flower, Tone::Slate),
        "store" => (IconName::Store, Tone::Amber),
        "chart" => (IconName::Chart, Tone::Teal),
        "receipt" => (IconName::Tax, Tone::Violet),
        _ => (IconName::Grid, Tone::Slate),
    }
}
