//! The list of everything wrong in a form, above it.

use leptos::prelude::*;

use super::{Icon, IconName};

/// One mistake: the id of the field and the same words as stand beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLink {
    pub field: String,
    pub text: String,
}

/// Nothing without `errors`. Link to the page with `#error-summary` after a redirect, so that it takes the focus.
#[component]
pub fn ErrorSummary(#[prop(into)] title: String, errors: Vec<ErrorLink>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        view! {
            <div class="error-summary" id="error-summary" role="alert" tabindex="-1" aria-labelledby="error-summary-title">
                <h2 id="error-summary-title">
                    <Icon name=IconName::Warning/>
                    {title}
                </h2>
                <ul>
                    {errors
                        .into_iter()
                        .map(|error| {
                            view! {
                                <li>
                                    <a href=format!("#{}", error.field)>{error.text}</a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}
