//! Cards, lists of whole-row links, and what stands where there is nothing to list.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone, callable, whole};
use crate::words::t;

/// A white panel. With a `title` it is a section of the page; the children stack.
#[component]
pub fn Card(#[prop(optional, into)] title: MaybeText, children: Children) -> AnyView {
    view! {
        <section class="card stack">
            {title.0.map(|title| view! { <h2 class="card-title">{title}</h2> })}
            {children()}
        </section>
    }
    .into_any()
}

/// A card of [`ListRow`]s. `small` makes lower rows, for menus.
#[component]
pub fn List(#[prop(optional)] small: bool, children: Children) -> impl IntoView {
    view! { <ul class=if small { "list list-small" } else { "list" }>{children()}</ul> }
}

/// One row of a [`List`]; with `href` the whole row is the link.
#[component]
pub fn ListRow(
    #[prop(into)] title: String,
    #[prop(optional, into)] href: MaybeText,
    #[prop(optional, into)] note: MaybeText,
    /// A second line of small print under the note, such as the time.
    #[prop(optional, into)]
    more: MaybeText,
    #[prop(optional_no_strip, into)] icon: Option<IconName>,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] unread: bool,
    /// Badges under the title.
    #[prop(optional_no_strip, into)]
    tags: Option<AnyView>,
    /// State or value at the end of the row.
    #[prop(optional_no_strip, into)]
    end: Option<AnyView>,
    /// A link of its own beside the row.
    #[prop(optional_no_strip, into)]
    beside: Option<AnyView>,
) -> AnyView {
    let body = view! {
        {icon
            .map(|name| {
                view! {
                    <span class=format!("list-icon {}", tone.class())>
                        <Icon name/>
                    </span>
                }
            })}
        <span class="list-text">
            <span class="list-title">
                {unread.then(|| view! { <span class="visually-hidden">{t!("ui-unread")}" "</span> })} {title}
            </span>
            {note.0.map(|note| view! { <span class="list-note">{whole(&note)}</span> })}
            {more.0.map(|more| view! { <span class="list-note">{whole(&more)}</span> })}
            {tags.map(|tags| view! { <span class="list-tags">{tags}</span> })}
        </span>
        {end.map(|end| view! { <span class="list-end">{end}</span> })}
    };
    let row = match href.0 {
        Some(href) => view! {
            <a class="list-row" href=href>
                {body}
                <span class="chevron"></span>
            </a>
        }
        .into_any(),
        None => view! { <div class="list-row">{body}</div> }.into_any(),
    };
    let beside = beside.map(|link| view! { <p class="list-beside">{link}</p> });
    view! { <li class=if unread { "unread" } else { "" }>{row} {beside}</li> }.into_any()
}

/// The invitation on the home page, with its drawing.
#[component]
pub fn Promo(#[prop(into)] href: String, #[prop(into)] title: String, #[prop(into)] text: String) -> AnyView {
    view! {
        <a class="card promo hide-elder" href=href>
            <span>
                <span class="promo-title">{title}</span>
                <br/>
                <span class="promo-text">{text}</span>
            </span>
            <svg class="promo-art" viewBox="0 0 116 84" aria-hidden="true">
                <rect class="art-card" x="6" y="14" width="96" height="60" rx="9"></rect>
                <rect class="art-fill" x="6" y="14" width="96" height="15" rx="7"></rect>
                <circle class="art-soft" cx="31" cy="45" r="8"></circle>
                <path class="art-soft" d="M18 66c1.5-8.5 7-12 13-12s11.5 3.5 13 12z"></path>
                <path class="art-line" d="M55 41h34M55 51h26M55 61h31"></path>
                <circle class="art-ok" cx="98" cy="18" r="14"></circle>
                <path class="art-tick" d="M91.5 18.5l4.7 4.7 8.3-9"></path>
            </svg>
        </a>
    }
    .into_any()
}

/// Nothing here, or it cannot be shown: why, and what to do. Children are buttons.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: MaybeText,
    #[prop(default = IconName::Inbox)] icon: IconName,
    #[prop(optional)] tone: Tone,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <div class=format!("card empty {}", tone.class())>
            <span class="empty-art">
                <Icon name=icon size=super::IconSize::Huge/>
            </span>
            <p class="empty-title">{title}</p>
            {text.0.map(|text| view! { <p class="empty-text">{callable(&text)}</p> })}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
