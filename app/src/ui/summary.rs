//! Names with values: "check your answers", and plain details.

use leptos::prelude::*;

use super::{MaybeText, whole};
use crate::words::t;

/// One answer. A value of several lines keeps them.
#[derive(Clone, Debug, Default)]
pub struct SummaryRow {
    pub name: String,
    pub value: String,
    /// Where the answer can be changed.
    pub change: Option<String>,
}

/// All answers on one card. `plain` drops lines and places value beside name, for short details.
#[component]
pub fn SummaryList(
    #[prop(optional, into)] title: MaybeText,
    #[prop(optional)] plain: bool,
    rows: Vec<SummaryRow>,
) -> AnyView {
    let class = if plain { "summary summary-plain" } else { "summary" };
    view! {
        <section class="card">
            {title.0.map(|title| view! { <h2 class="card-title">{title}</h2> })}
            <dl class=class>
                {rows
                    .into_iter()
                    .map(|row| {
                        let change = row
                            .change
                            .map(|href| {
                                view! {
                                    <dd class="summary-act">
                                        <a href=href>
                                            {t!("ui-change")}
                                            <span class="visually-hidden">" "{row.name.clone()}</span>
                                        </a>
                                    </dd>
                                }
                            });
                        view! {
                            <div class="summary-row">
                                <dt>{row.name}</dt>
                                <dd class="summary-value">{whole(&row.value)}</dd>
                                {change}
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </section>
    }
    .into_any()
}
