//! Small marks of state, and the strips of links that choose what a list shows.

use leptos::prelude::*;

use super::{Icon, IconName, Tone};

/// A word of state or a badge of a service. `line` draws it as an outline, for badges beside a title.
#[component]
pub fn Tag(
    #[prop(into)] label: String,
    #[prop(optional)] tone: Tone,
    #[prop(optional_no_strip, into)] icon: Option<IconName>,
    #[prop(optional)] line: bool,
    /// May break over lines.
    #[prop(optional)]
    long: bool,
) -> AnyView {
    let class = format!(
        "tag {}{}{}",
        tone.class(),
        if line { " tag-line" } else { "" },
        if long { " tag-long" } else { "" }
    );
    view! { <span class=class>{icon.map(|name| view! { <Icon name/> })}{label}</span> }.into_any()
}

/// A link of [`Tabs`] or [`Filters`].
#[derive(Clone, Debug)]
pub struct TabLink {
    pub href: String,
    pub label: String,
    pub count: Option<u64>,
    pub current: bool,
}

/// A count beside a link; beyond 99 nobody counts on.
pub(super) fn up_to_99(n: u64) -> String {
    if n > 99 { "99+".to_owned() } else { n.to_string() }
}

fn current(on: bool) -> Option<&'static str> {
    on.then_some("page")
}

/// Parts of one page, each with its own address.
#[component]
pub fn Tabs(#[prop(into)] label: String, links: Vec<TabLink>) -> AnyView {
    view! {
        <nav aria-label=label>
            <ul class="tabs">
                {links
                    .into_iter()
                    .map(|link| {
                        view! {
                            <li>
                                <a class="tab" href=link.href aria-current=current(link.current)>
                                    {link.label}
                                    {link.count.map(|n| view! { <span class="tab-count">{up_to_99(n)}</span> })}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
    .into_any()
}

/// Narrows a list; each filter is a link.
#[component]
pub fn Filters(#[prop(into)] label: String, links: Vec<TabLink>) -> AnyView {
    view! {
        <nav aria-label=label>
            <ul class="filters">
                {links
                    .into_iter()
                    .map(|link| {
                        view! {
                            <li>
                                <a class="filter" href=link.href aria-current=current(link.current)>
                                    {link.label}
                                    {link.count.map(|n| view! { <span class="num">{n}</span> })}
                                    {link.current.then(|| view! { <Icon name=IconName::Close/> })}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </nav>
    }
    .into_any()
}
