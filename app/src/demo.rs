//! Pages that exist only in a demo portal.

use axum::{Router, routing::get};
use domain::text::Locale;
use leptos::prelude::*;

use crate::{
    islands::ResendCountdown,
    state::AppState,
    visit::{PageResult, Visit},
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/demo/islands", get(islands)).merge(crate::ui::gallery::routes())
}

/// Every island once, alive, for people who build pages.
async fn islands(visit: Visit) -> PageResult {
    let (title, label, waiting) = match visit.locale {
        Locale::Zh => ("交互组件", "重新发送验证码", "{n} 秒后可重新发送"),
        Locale::En => ("Islands", "Send the code again", "You can ask again in {n} s"),
    };
    visit.page(title, move || {
        view! {
            <main>
                <h1>{title}</h1>
                <form method="get">
                    <ResendCountdown seconds=3 label=label.to_owned() waiting=waiting.to_owned() class="button".to_owned()/>
                </form>
            </main>
        }
    })
}
