//! The home page.

use axum::{Router, routing::get};
use domain::text::Locale;
use leptos::prelude::*;

use crate::{
    state::AppState,
    ui::{Frame, HomeLayout},
    visit::{PageResult, Visit},
    words,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/", get(show))
}

async fn show(visit: Visit) -> PageResult {
    let say = |zh: &str, en: &str| match visit.locale {
        Locale::Zh => zh.to_owned(),
        Locale::En => en.to_owned(),
    };
    let greeting = say("一次认证，一证通办", "Prove who you are once; the rest is our work");
    let search_label = say("查找事项", "Find a service");
    let search_placeholder = say("想办什么事？", "What would you like to do?");
    let settings = words::text(visit.locale, "preferences-title");
    let frame = Frame::of(&visit);
    visit.page("", move || {
        view! {
            <HomeLayout frame greeting search_label search_placeholder>
                <p>
                    <a href="/preferences">{settings}</a>
                </p>
            </HomeLayout>
        }
    })
}
