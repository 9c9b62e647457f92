//! 好差评: rating after a case is closed.

use leptos::prelude::*;

use super::{Icon, IconName, Tone};

const FACES: [(IconName, Tone); 5] = [
    (IconName::FaceHappy, Tone::Jade),
    (IconName::FaceSmile, Tone::Jade),
    (IconName::FaceNeutral, Tone::Amber),
    (IconName::FaceSad, Tone::Orange),
    (IconName::FaceAngry, Tone::Red),
];

/// Five radios, best first, valued 5 to 1. Place it in a form with a submit button.
#[component]
pub fn Rating(
    #[prop(into)] legend: String,
    #[prop(into)] name: String,
    /// From 非常满意 to 非常不满意.
    labels: [String; 5],
    #[prop(optional_no_strip, into)] value: Option<u8>,
) -> impl IntoView {
    view! {
        <fieldset class="field">
            <legend class="visually-hidden">{legend}</legend>
            <div class="rating">
                {FACES
                    .into_iter()
                    .zip(labels)
                    .zip((1..=5_u8).rev())
                    .map(|(((icon, tone), label), score)| {
                        view! {
                            <label class=format!("rate {}", tone.class())>
                                <input
                                    type="radio"
                                    name=name.clone()
                                    value=score.to_string()
                                    checked=value == Some(score)
                                />
                                <Icon name=icon/>
                                {label}
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// A given rating as stars; `label` says it in words.
#[component]
pub fn Stars(score: u8, #[prop(into)] label: String) -> impl IntoView {
    view! {
        <span class="stars" role="img" aria-label=label>
            {(1..=5)
                .map(|n| {
                    let class = if n <= score { "icon on" } else { "icon" };
                    // Our own constant shape.
                    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=IconName::Star.shapes()></svg> }
                })
                .collect_view()}
        </span>
    }
}
