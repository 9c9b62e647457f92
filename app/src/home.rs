//! The home page.

use axum::{Router, routing::get};
use domain::text::Locale;
use leptos::prelude::*;

use crate::{
    state::AppState,
    visit::{PageResult, Visit},
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(visit: Visit) -> PageResult {
    let name = visit.state.site.name.get(visit.locale).to_owned();
    let (lead, settings) = match visit.locale {
        Locale::Zh => ("一次认证，一证通办。", "语言与显示设置"),
        Locale::En => ("Prove who you are once; the rest is our work.", "Language and display"),
    };
    visit.page("", move || {
        view! {
            <main>
                <h1>{name}</h1>
                <p>{lead}</p>
                <p>
                    <a href="/preferences">{settings}</a>
                </p>
            </main>
        }
    })
}
