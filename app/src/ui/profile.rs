//! The head of 我的.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText};

/// Who is signed in. `id` is the masked number; `badge` says how far identity is proved.
#[component]
pub fn ProfileCard(
    #[prop(into)] name: String,
    #[prop(into)] id: String,
    #[prop(optional, into)] badge: MaybeText,
) -> impl IntoView {
    let initial: String = name.chars().take(1).collect();
    view! {
        <section class="profile">
            <span class="avatar" aria-hidden="true">
                {initial}
            </span>
            <div class="grow">
                <p class="profile-name">{name}</p>
                <p class="profile-note num">{id}</p>
            </div>
            {badge
                .0
                .map(|badge| {
                    view! {
                        <span class="tag">
                            <Icon name=IconName::Shield/>
                            {badge}
                        </span>
                    }
                })}
        </section>
    }
}

/// A number that leads to its list.
#[derive(Clone, Debug)]
pub struct CountLink {
    pub href: String,
    pub count: u64,
    pub label: String,
}

/// Four counts in a row: under way, to supplement, to pay, closed.
#[component]
pub fn Counts(#[prop(into)] label: String, links: Vec<CountLink>) -> impl IntoView {
    view! {
        <nav class="card counts" aria-label=label>
            {links
                .into_iter()
                .map(|link| {
                    view! {
                        <a class="count-link" href=link.href>
                            <span class="count-num">{link.count}</span>
                            {link.label}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
}
