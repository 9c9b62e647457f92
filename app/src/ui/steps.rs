//! How far a form is, and how a thing is done.

use leptos::prelude::*;

/// Bars and words: "第 2 步，共 4 步". `at` counts from 1.
#[component]
pub fn Steps(at: usize, of: usize, #[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="steps">
            <div class="steps-bar" aria-hidden="true">
                {(1..=of).map(|n| view! { <i class=if n <= at { "on" } else { "" }></i> }).collect_view()}
            </div>
            <p class="steps-text">{text}</p>
        </div>
    }
}

/// Numbered steps, each with a title and a sentence.
#[component]
pub fn HowTo(steps: Vec<(String, String)>) -> impl IntoView {
    view! {
        <ol class="howto">
            {steps
                .into_iter()
                .map(|(title, text)| {
                    view! {
                        <li>
                            <b>{title}</b>
                            <br/>
                            <span class="muted">{text}</span>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}
