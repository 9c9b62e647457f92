//! What a person must notice: in the page, after an action, or behind a fold.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone};

/// What an alert or notice is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlertKind {
    #[default]
    Info,
    Success,
    Warning,
    Error,
    /// The network or a register is away.
    Offline,
}

impl AlertKind {
    fn tone(self) -> Tone {
        match self {
            AlertKind::Info => Tone::Blue,
            AlertKind::Success => Tone::Jade,
            AlertKind::Warning => Tone::Amber,
            AlertKind::Error => Tone::Red,
            AlertKind::Offline => Tone::Slate,
        }
    }

    fn icon(self) -> IconName {
        match self {
            AlertKind::Info => IconName::Info,
            AlertKind::Success => IconName::CircleCheck,
            AlertKind::Warning | AlertKind::Error => IconName::Warning,
            AlertKind::Offline => IconName::Offline,
        }
    }
}

/// A standing remark in the page.
#[component]
pub fn Alert(
    #[prop(into)] title: String,
    #[prop(optional)] kind: AlertKind,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <div class=format!("alert {}", kind.tone().class())>
            <Icon name=kind.icon()/>
            <p class="alert-title">{title}</p>
            {children.map(|body| view! { <div class="alert-body">{body()}</div> })}
        </div>
    }
    .into_any()
}

/// Says what the last action did, once, at the top of the next page; read out by screen readers.
#[component]
pub fn Notice(
    #[prop(into)] text: String,
    #[prop(default = AlertKind::Success)] kind: AlertKind,
    #[prop(optional, into)] href: MaybeText,
    #[prop(optional, into)] link: MaybeText,
) -> AnyView {
    view! {
        <div class=format!("notice {}", kind.tone().class()) role="status">
            <Icon name=kind.icon()/>
            <span>{text}</span>
            {href.0.zip(link.0).map(|(href, link)| view! { <a href=href>{link}</a> })}
        </div>
    }
    .into_any()
}

/// Something that can be unfolded. `plain` is for "why do you ask this?" inside a form.
#[component]
pub fn Disclosure(
    #[prop(into)] summary: String,
    #[prop(optional)] open: bool,
    #[prop(optional)] plain: bool,
    children: Children,
) -> AnyView {
    let class = if plain { "disclosure disclosure-plain" } else { "disclosure" };
    view! {
        <details class=class open=open>
            <summary>{summary}</summary>
            <div class="disclosure-body">{children()}</div>
        </details>
    }
    .into_any()
}

/// Several disclosures as one card, for questions people ask.
#[component]
pub fn Faq(children: Children) -> impl IntoView {
    view! { <div class="faq">{children()}</div> }
}
