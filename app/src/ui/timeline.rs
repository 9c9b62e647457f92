//! What has happened to a case.

use leptos::prelude::*;

use super::whole;

/// Where an event stands on the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventState {
    #[default]
    Done,
    /// Where the case is.
    Now,
    /// Still to come.
    Next,
    /// Refused, withdrawn, stopped.
    Stopped,
}

/// One event of a [`Timeline`].
#[derive(Clone, Debug, Default)]
pub struct Event {
    pub title: String,
    /// Time and who, small.
    pub note: String,
    /// Reasons, files, words to the citizen.
    pub body: Option<String>,
    pub state: EventState,
}

/// Events in the order they happened.
#[component]
pub fn Timeline(events: Vec<Event>) -> AnyView {
    view! {
        <ol class="tl">
            {events
                .into_iter()
                .map(|event| {
                    let class = match event.state {
                        EventState::Done => "tl-item tl-done",
                        EventState::Now => "tl-item tl-now",
                        EventState::Next => "tl-item tl-next",
                        EventState::Stopped => "tl-item tl-stop",
                    };
                    let current = (event.state == EventState::Now).then_some("step");
                    view! {
                        <li class=class aria-current=current>
                            <p class="tl-title">{event.title}</p>
                            <p class="tl-note">{whole(&event.note)}</p>
                            {event.body.map(|body| view! { <p class="tl-body">{body}</p> })}
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
    .into_any()
}
