//! Parts of a guide page and of a confirmation.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone};

/// One of the key figures of a service: days, fee, papers, visits.
#[derive(Clone, Debug, Default)]
pub struct KeyFigure {
    pub name: String,
    pub value: String,
    /// Small, after the value.
    pub unit: String,
    /// Coloured where the figure is good news.
    pub tone: Option<Tone>,
}

/// The key figures as one card.
#[component]
pub fn KeyFigures(figures: Vec<KeyFigure>) -> impl IntoView {
    view! {
        <dl class="keys">
            {figures
                .into_iter()
                .map(|figure| {
                    view! {
                        <div class=format!("key {}", figure.tone.map_or("", Tone::class))>
                            <dt>{figure.name}</dt>
                            <dd>{figure.value}" "<small>{figure.unit}</small></dd>
                        </div>
                    }
                })
                .collect_view()}
        </dl>
    }
}

/// One thing we fetch or you bring.
#[derive(Clone, Debug, Default)]
pub struct TickItem {
    pub text: String,
    pub note: String,
    /// A check mark unless something else says more.
    pub icon: Option<IconName>,
    pub tone: Option<Tone>,
}

impl TickItem {
    /// A condition that holds or does not.
    pub fn because(holds: bool, text: impl Into<String>) -> Self {
        let (icon, tone) = if holds { (None, None) } else { (Some(IconName::Close), Some(Tone::Red)) };
        TickItem { text: text.into(), note: String::new(), icon, tone }
    }
}

/// A list with a mark before each item.
#[component]
pub fn Ticks(items: Vec<TickItem>) -> impl IntoView {
    view! {
        <ul class="ticks">
            {items
                .into_iter()
                .map(|item| {
                    view! {
                        <li class=item.tone.map_or("", Tone::class)>
                            <Icon name=item.icon.unwrap_or(IconName::Check)/>
                            <span>{item.text}</span>
                            {(!item.note.is_empty()).then(|| view! { <small>{item.note}</small> })}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// A number with a sentence: "0 · 什么都不用带".
#[component]
pub fn BigNumber(
    #[prop(into)] number: String,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
) -> impl IntoView {
    view! {
        <div class="zero">
            <span class="zero-num" aria-hidden="true">
                {number}
            </span>
            <div>
                <h2>{title}</h2>
                <p class="muted">{text}</p>
            </div>
        </div>
    }
}

/// The page after a thing was done: what, its reference, and in the children what happens next.
#[component]
pub fn Confirmation(
    #[prop(into)] title: String,
    #[prop(optional, into)] reference_label: MaybeText,
    #[prop(optional, into)] reference: MaybeText,
    #[prop(default = Tone::Jade)] tone: Tone,
    #[prop(default = IconName::Check)] icon: IconName,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class=format!("card confirm {}", tone.class())>
            <span class="confirm-mark">
                <Icon name=icon/>
            </span>
            <h1>{title}</h1>
            {reference_label.0.map(|label| view! { <p class="muted">{label}</p> })}
            {reference.0.map(|reference| view! { <p class="ref">{reference}</p> })}
            {children.map(|children| children())}
        </section>
    }
}
