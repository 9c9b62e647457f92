//! Values that registers have given: what, from where, when, and the way to say it is wrong.

use leptos::prelude::*;

use super::{Icon, IconName, MaybeText, Tone, whole};

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
    /// The register knows of nothing; the citizen is asked.
    Absent,
}

impl FactState {
    fn mark(self) -> (Tone, IconName) {
        match self {
            FactState::Given => (Tone::Jade, IconName::CircleCheck),
            FactState::Pending => (Tone::Amber, IconName::Clock),
            FactState::Contested => (Tone::Red, IconName::Flag),
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

/// The values as a card, those together that one register has given at one time.
#[component]
pub fn FactList(#[prop(optional, into)] title: MaybeText, facts: Vec<Fact>) -> AnyView {
    let mut groups: Vec<(FactState, String, Vec<Fact>)> = Vec::new();
    for fact in facts {
        match groups.iter_mut().find(|(state, source, _)| (*state, source) == (fact.state, &fact.source)) {
            Some((_, _, together)) => together.push(fact),
            None => groups.push((fact.state, fact.source.clone(), vec![fact])),
        }
    }
    let groups = groups.into_iter().map(|(state, source, facts)| group(state, &source, facts));
    view! {
        <section class="card">
            {title.0.map(|title| view! { <h2 class="card-title">{title}</h2> })}
            {groups.collect_view()}
        </section>
    }
    .into_any()
}

fn group(state: FactState, source: &str, facts: Vec<Fact>) -> AnyView {
    let (tone, icon) = state.mark();
    view! {
        <div class="fact-group">
            <p class=format!("fact-source {}", tone.class())>
                <Icon name=icon/>
                <span>{whole(source)}</span>
            </p>
            <dl class="facts">{facts.into_iter().map(row).collect_view()}</dl>
        </div>
    }
    .into_any()
}

fn row(fact: Fact) -> impl IntoView {
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
            <dd class="fact-value">{whole(&fact.value)}</dd>
            {contest}
        </div>
    }
}
