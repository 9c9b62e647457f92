//! Pages that exist only in a demo portal.

use axum::{Router, routing::get};
use domain::text::Locale;
use leptos::prelude::*;

use crate::{
    islands::ResendCountdown,
    state::AppState,
    ui::{CitizenLayout, Frame, PageHead},
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
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=title back="/demo/gallery" narrow=true>
                <PageHead title/>
                <form method="get">
                    <ResendCountdown
                        seconds=3
                        label=label.to_owned()
                        waiting=waiting.to_owned()
                        class="btn btn-ghost".to_owned()
                    />
                </form>
            </CitizenLayout>
        }
    })
}
