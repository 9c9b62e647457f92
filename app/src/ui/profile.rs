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
