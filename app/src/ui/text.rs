//! Texts: one that may be absent, and parts of texts that are more than letters.

use leptos::prelude::*;

/// The government hotline, called by everybody who is stuck.
pub const HOTLINE: &str = "12345";

/// Words in which dates, times and reference numbers stay in one piece.
pub fn whole(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|piece| match is_number(piece) {
            true => view! { <span class="nowrap">{piece.to_owned()}</span> }.into_any(),
            false => piece.to_owned().into_any(),
        })
        .collect_view()
        .into_any()
}

/// Words in which the hotline can be called. Not for use inside a link.
pub fn callable(text: &str) -> AnyView {
    pieces(text)
        .into_iter()
        .map(|piece| match piece == HOTLINE {
            true => view! { <a href="tel:12345">{HOTLINE}</a> }.into_any(),
            false => piece.to_owned().into_any(),
        })
        .collect_view()
        .into_any()
}

/// `2026-11-25`, `18:17`, `ZB-7K3-9QD-2`.
fn is_number(piece: &str) -> bool {
    piece.len() < 24 && piece.contains(['-', ':']) && piece.bytes().any(|b| b.is_ascii_digit())
}

/// The text cut where runs of letters, digits, `-` and `:` begin and end; plain text between them stays together.
fn pieces(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let special = |piece: &str| piece == HOTLINE || is_number(piece);
    let (mut pieces, mut plain, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let run = rest.find(|c| !part(c)).unwrap_or(rest.len());
        if special(&rest[..run]) {
            pieces.extend(Some(&text[plain..at]).filter(|p| !p.is_empty()));
            pieces.push(&rest[..run]);
            plain = at + run;
        }
        at += run;
        at += text[at..].find(part).unwrap_or(text.len() - at);
    }
    pieces.extend(Some(&text[plain..]).filter(|p| !p.is_empty()));
    pieces
}

/// A text prop that a page may leave out. Takes `&str`, `String` and options of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaybeText(pub Option<String>);

impl MaybeText {
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl From<&str> for MaybeText {
    fn from(text: &str) -> Self {
        MaybeText(Some(text.to_owned()))
    }
}

impl From<String> for MaybeText {
    fn from(text: String) -> Self {
        MaybeText(Some(text))
    }
}

impl From<Option<&str>> for MaybeText {
    fn from(text: Option<&str>) -> Self {
        MaybeText(text.map(str::to_owned))
    }
}

impl From<Option<String>> for MaybeText {
    fn from(text: Option<String>) -> Self {
        MaybeText(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_alone() {
        assert_eq!(pieces("人口库 · 2026-11-25 18:17"), ["人口库 · ", "2026-11-25", " ", "18:17"]);
        assert_eq!(pieces("打 12345 问一问"), ["打 ", "12345", " 问一问"]);
        assert_eq!(pieces("ZB-7K3-9QD-2"), ["ZB-7K3-9QD-2"]);
        assert_eq!(pieces("self-employed, 123456"), ["self-employed, 123456"]);
        assert!(pieces("").is_empty());
    }
}
