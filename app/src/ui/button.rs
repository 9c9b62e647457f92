//! Buttons: one primary button on a screen, the others quieter.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one obvious next action.
    #[default]
    Primary,
    Secondary,
    Quiet,
    /// Refuses, revokes, withdraws.
    Danger,
}

fn classes(kind: ButtonKind, small: bool, block: bool) -> String {
    let kind = match kind {
        ButtonKind::Primary => "btn",
        ButtonKind::Secondary => "btn btn-secondary",
        ButtonKind::Quiet => "btn btn-quiet",
        ButtonKind::Danger => "btn btn-danger",
    };
    format!("{kind}{}{}", if small { " btn-small" } else { "" }, if block { " btn-block" } else { "" })
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional_no_strip, into)] icon: Option<IconName>,
    #[prop(optional)] small: bool,
    /// As wide as its place.
    #[prop(optional)]
    block: bool,
) -> impl IntoView {
    view! {
        <a class=classes(kind, small, block) href=href>
            {icon.map(|name| view! { <Icon name/> })}
            {label}
        </a>
    }
}

/// Submits the form it is in, or the form `form` by id; `name` and `value` say which of several was pressed.
#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional_no_strip, into)] icon: Option<IconName>,
    #[prop(optional)] small: bool,
    #[prop(optional)] block: bool,
    #[prop(optional, into)] name: MaybeText,
    #[prop(optional, into)] value: MaybeText,
    #[prop(optional, into)] form: MaybeText,
    #[prop(optional, into)] formaction: MaybeText,
    /// Send without the browser's own checks, for "save and leave".
    #[prop(optional)]
    formnovalidate: bool,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class=classes(kind, small, block)
            name=name.0
            value=value.0
            form=form.0
            formaction=formaction.0
            formnovalidate=formnovalidate
        >
            {icon.map(|name| view! { <Icon name/> })}
            {label}
        </button>
    }
}
