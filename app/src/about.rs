//! What the portal says about itself: who does what, privacy and accessibility.

use axum::Router;
use axum::routing::get;
use leptos::prelude::*;

use crate::state::AppState;
use crate::ui::{Card, CitizenLayout, Frame, PageHead, callable};
use crate::visit::{PageResult, Visit};
use crate::words::text;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/about", get(about))
        .route("/privacy", get(privacy))
        .route("/accessibility", get(accessibility))
}

async fn about(visit: Visit) -> PageResult {
    let demo: &[&str] = if visit.state.site.demo { &["demo"] } else { &[] };
    page(visit.clone(), "about", &[demo, &["who", "does", "genuine", "contact"]].concat())
}

async fn privacy(visit: Visit) -> PageResult {
    page(visit, "privacy", &["who", "what", "use", "protect", "rights", "cookies", "date"])
}

async fn accessibility(visit: Visit) -> PageResult {
    page(visit, "accessibility", &["standard", "ways", "help"])
}

/// A title, and sections of a heading and a paragraph; the keys are `{name}-{section}` and `{name}-{section}-text`.
fn page(visit: Visit, name: &str, sections: &[&str]) -> PageResult {
    let locale = visit.locale;
    let title = text(locale, &format!("{name}-title"));
    let lead = text(locale, &format!("{name}-lead"));
    let sections: Vec<(String, String)> = sections
        .iter()
        .map(|s| (text(locale, &format!("{name}-{s}")), text(locale, &format!("{name}-{s}-text"))))
        .collect();
    let frame = Frame::of(&visit);
    visit.public_page(&format!("/{name}"), title.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" narrow=true>
                <PageHead title lead in_bar=true/>
                <div class="stack">
                    {sections.into_iter().map(|(title, body)| view! { <Card title><p>{callable(&body)}</p></Card> }).collect_view()}
                </div>
            </CitizenLayout>
        }
    })
}
