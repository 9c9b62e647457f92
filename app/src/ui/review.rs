//! Reviews: choosing one of five grades, and the shares of grades as bars.

use leptos::prelude::*;

use super::{FieldGroup, Icon, IconName, IconSize, MaybeText, Tone};

/// One of the grades to choose from.
#[derive(Clone, Debug)]
pub struct GradeChoice {
    pub value: String,
    pub label: String,
    pub icon: IconName,
    pub tone: Tone,
    /// Which tags go with it: `good`, `fair` or `bad`. They show once it is chosen, by the style sheet alone.
    pub tags: &'static str,
}

/// The five grades, each a large target with a face and its name.
#[component]
pub fn GradeCards(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    grades: Vec<GradeChoice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] error: MaybeText,
) -> impl IntoView {
    let cards = grades
        .into_iter()
        .enumerate()
        .map(|(n, grade)| {
            // The first carries the id an error summary links to.
            let id = if n == 0 { name.clone() } else { format!("{name}-{n}") };
            let checked = grade.value == value;
            view! {
                <label class=format!("choice grade {}", grade.tone.class())>
                    <input class=format!("choice-input grade-{}", grade.tags) type="radio" id=id name=name.clone() value=grade.value checked=checked/>
                    <Icon name=grade.icon size=IconSize::Large/>
                    <span class="choice-text">{grade.label}</span>
                </label>
            }
        })
        .collect_view()
        .into_any();
    view! {
        <FieldGroup name=name legend=legend error=error>
            <div class="choices grades">{cards}</div>
        </FieldGroup>
    }
}

/// What shows once a grade of its kind is chosen; without a style sheet that can do that, always.
#[component]
pub fn GradeTags(
    /// `good`, `fair` or `bad`.
    tags: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <div class=format!("grade-tags grade-tags-{tags}")>{children()}</div> }
}

/// One bar of [`Bars`].
#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub percent: i64,
    pub count: i64,
    pub tone: Tone,
}

/// Shares as bars, drawn by the server, in the table that says the same in numbers. `heads` name the columns: what, share
/// and count.
#[component]
pub fn Bars(#[prop(into)] caption: String, heads: [String; 3], bars: Vec<Bar>) -> AnyView {
    let [what, share, count] = heads;
    let rows = bars
        .into_iter()
        .map(|bar| {
            let width = bar.percent.clamp(0, 100).to_string();
            view! {
                <tr class=bar.tone.class()>
                    <th scope="row">{bar.label}</th>
                    <td class="bars-share">
                        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                            <rect class="bars-all" width="100" height="8"></rect>
                            <rect class="bars-part" width=width height="8"></rect>
                        </svg>
                        <span class="num">{format!("{}%", bar.percent)}</span>
                    </td>
                    <td class="num bars-count">{bar.count}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="bars">
            <caption class="visually-hidden">{caption}</caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">{what}</th>
                    <th scope="col">{share}</th>
                    <th scope="col">{count}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
