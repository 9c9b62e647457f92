//! Values that registers have given: what, from where, when, and the way to say it is wrong.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone};

/// Where a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FactState {
    /// The register said so.
    #[default]
    Given,
    /// The register has not answered; it is asked again.
    Pending,
    /// The citizen says it is wrong.
    Contested,
    /// Being fetched at this moment.
    Loading,
    /// The register knows of nothing; the citizen is asked.
    Absent,
}

impl FactState {
    fn mark(self) -> (Tone, IconName) {
        match self {
            FactState::Given => (Tone::Jade, IconName::CircleCheck),
            FactState::Pending => (Tone::Amber, IconName::Clock),
            FactState::Contested => (Tone::Red, IconName::Flag),
            FactState::Loading => (Tone::Slate, IconName::Refresh),
            FactState::Absent => (Tone::Slate, IconName::Minus),
        }
    }
}

/// One value of a [`FactList`].
#[derive(Clone, Debug, Default)]
pub struct Fact {
    pub name: String,
    /// As shown; personal numbers masked.
    pub value: String,
    /// Register and time, or what happens next.
    pub source: String,
    pub state: FactState,
    /// Address and words of "与实际不符".
    pub contest: Option<(String, String)>,
}

/// The values with their provenance, as a card.
#[component]
pub fn FactList(#[prop(optional, into)] title: MaybeText, facts: Vec<Fact>) -> AnyView {
    view! {
        <section class="card">
            {title.0.map(|title| view! { <h2 class="card-title">{title}</h2> })}
            <dl class="facts">{facts.into_iter().map(row).collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn row(fact: Fact) -> impl IntoView {
    let (tone, icon) = fact.state.mark();
    let value = match fact.state {
        FactState::Loading => view! { <span class="bone"></span> }.into_any(),
        _ => fact.value.into_any(),
    };
    let contest = fact.contest.map(|(href, label)| {
        view! {
            <dd class="fact-act">
                <a href=href>
                    {label}
                    <span class="visually-hidden">" "{fact.name.clone()}</span>
                </a>
            </dd>
        }
    });
    view! {
        <div class="fact">
            <dt>{fact.name}</dt>
            <dd class="fact-value">{value}</dd>
            <dd class=format!("fact-source {}", tone.class())>
                <Icon name=icon/>
                <span>{fact.source}</span>
            </dd>
            {contest}
        </div>
    }
}
