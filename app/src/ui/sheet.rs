//! A dialog without script: the platform's popover. Escape and a tap outside close it.

use leptos::prelude::*;

use super::{Icon, IconName, words::words};

/// Opens the [`Sheet`] with this `id`. `class` is that of the button, such as `btn btn-secondary`.
#[component]
pub fn SheetButton(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(default = "btn btn-secondary")] class: &'static str,
) -> impl IntoView {
    view! {
        <button type="button" class=class popovertarget=id aria-haspopup="dialog">
            {label}
        </button>
    }
}

/// Rises from the bottom of a phone, stands in the middle of a desk. In a browser without popover it is simply part of
/// the page, so its content must make sense there too.
#[component]
pub fn Sheet(#[prop(into)] id: String, #[prop(into)] title: String, children: Children) -> AnyView {
    let title_id = format!("{id}-title");
    let (target, labelled_by) = (id.clone(), title_id.clone());
    view! {
        <div class="sheet" id=id popover="auto" role="dialog" aria-labelledby=labelled_by>
            <div class="sheet-head">
                <h2 class="sheet-title" id=title_id>
                    {title}
                </h2>
                <button type="button" class="sheet-close" popovertarget=target popovertargetaction="hide" aria-label=words().close>
                    <Icon name=IconName::Close/>
                </button>
            </div>
            {children()}
        </div>
    }
    .into_any()
}
