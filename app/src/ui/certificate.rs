//! Certificates: the card, its QR code, and the answer of a check.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone};

/// The colour of a certificate, by the field of its issuer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateColor {
    #[default]
    Blue,
    Jade,
    Violet,
    Teal,
}

/// A certificate as a card. One that no longer holds is grey whatever its colour.
#[component]
pub fn CertificateCard(
    #[prop(into)] name: String,
    #[prop(into)] holder: String,
    /// Number, validity, issuer.
    #[prop(optional)]
    rows: Vec<(String, String)>,
    /// 有效, 已过期, 已吊销, in words.
    #[prop(into)]
    state: String,
    #[prop(default = true)] valid: bool,
    #[prop(optional)] color: CertificateColor,
    /// Makes the whole card a link.
    #[prop(optional, into)]
    href: MaybeText,
) -> impl IntoView {
    let class = match (valid, color) {
        (false, _) => "cert cert-void",
        (true, CertificateColor::Blue) => "cert",
        (true, CertificateColor::Jade) => "cert cert-jade",
        (true, CertificateColor::Violet) => "cert cert-violet",
        (true, CertificateColor::Teal) => "cert cert-teal",
    };
    let mark = if valid { IconName::CircleCheck } else { IconName::CircleX };
    let rows = (!rows.is_empty()).then(|| {
        let rows = rows
            .into_iter()
            .map(|(name, value)| {
                view! {
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                }
            })
            .collect_view();
        view! { <dl>{rows}</dl> }
    });
    let body = view! {
        <div class="cert-head">
            <span class="cert-name">{name}</span>
            <span class="cert-state">
                <Icon name=mark/>
                {state}
            </span>
        </div>
        <p class="cert-holder">{holder}</p>
        {rows}
    };
    match href.0 {
        Some(href) => view! {
            <a class=class href=href>
                {body}
            </a>
        }
        .into_any(),
        None => view! { <article class=class>{body}</article> }.into_any(),
    }
}

/// A QR code. `svg` must come from our own encoder: it is written into the page as it is.
#[component]
pub fn QrFigure(svg: String, #[prop(into)] label: String, #[prop(into)] caption: String) -> impl IntoView {
    view! {
        <figure class="qr">
            // Our own encoder's output: squares only, no text of anyone.
            <div class="qr-code" role="img" aria-label=label inner_html=svg></div>
            <figcaption>{caption}</figcaption>
        </figure>
    }
}

/// What a check of a certificate found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerdictKind {
    Valid,
    Expired,
    Revoked,
    Altered,
    /// Not from an issuer we know.
    Foreign,
    NotYetValid,
    Suspended,
    /// Genuine, but something about it cannot be said.
    Unknown,
    /// No certificate at all.
    Malformed,
}

impl VerdictKind {
    fn mark(self) -> (Tone, IconName) {
        match self {
            VerdictKind::Valid => (Tone::Jade, IconName::Check),
            VerdictKind::Expired => (Tone::Amber, IconName::Clock),
            VerdictKind::Revoked | VerdictKind::Altered => (Tone::Red, IconName::Close),
            VerdictKind::Foreign => (Tone::Slate, IconName::Help),
            VerdictKind::NotYetValid => (Tone::Amber, IconName::Hourglass),
            VerdictKind::Suspended => (Tone::Amber, IconName::Minus),
            VerdictKind::Unknown => (Tone::Amber, IconName::Help),
            VerdictKind::Malformed => (Tone::Slate, IconName::FileAlert),
        }
    }
}

/// The answer of a check, large. `note` says when and how, such as "checked without network".
#[component]
pub fn Verdict(
    kind: VerdictKind,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional, into)] note: MaybeText,
) -> impl IntoView {
    let (tone, icon) = kind.mark();
    view! {
        <div class=format!("verdict {}", tone.class()) role="status">
            <span class="verdict-mark">
                <Icon name=icon/>
            </span>
            <h1 class="verdict-title">{title}</h1>
            <p>{text}</p>
            {note.0.map(|note| view! { <p class="muted">{note}</p> })}
        </div>
    }
}
