//! Pages that exist only in a demo portal.

use axum::{
    Form, Router,
    response::{IntoResponse, Redirect},
    routing::get,
};
use backend::clock::Clock;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    errors::PageError,
    islands::ResendCountdown,
    state::AppState,
    ui::{CitizenLayout, Frame, PageHead, SubmitButton, TextField, TextKind},
    visit::{PageResult, Visit},
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo/islands", get(islands))
        .route("/demo/clock", get(clock).post(advance))
        .merge(crate::ui::gallery::routes())
}

/// Days that the clock is moved at a time.
const MOST_DAYS: i64 = 60;

/// What time it is, and moving ahead: to see what runs late, lapses and is told to the office above.
async fn clock(visit: Visit) -> PageResult {
    let now = visit.state.clock.as_ref().ok_or(PageError::NotFound)?.now();
    let (title, label, go, note) = match visit.locale {
        Locale::Zh => (
            "演示时钟",
            "往前拨多少天（1 到 60）",
            "拨动",
            "拨动以后，到期的事情马上处理；已登录的人需要重新登录。重新启动后恢复为实际时间。",
        ),
        Locale::En => (
            "Demo clock",
            "Days to move ahead (1 to 60)",
            "Move",
            "What falls due is done at once; whoever is signed in has to sign in again. It is the real time again after a restart.",
        ),
    };
    let frame = Frame::of(&visit);
    visit.page(title, move || {
        view! {
            <CitizenLayout frame bar_title=title back="/" narrow=true>
                <PageHead title lead=note/>
                <p>{now.display_minutes()}</p>
                <form method="post" action="/demo/clock" class="stack">
                    <TextField name="days" label value="1" kind=TextKind::Number/>
                    <SubmitButton label=go/>
                </form>
            </CitizenLayout>
        }
    })
}

#[derive(Deserialize)]
struct Days {
    days: i64,
}

async fn advance(visit: Visit, Form(wish): Form<Days>) -> PageResult {
    let clock = visit.state.clock.as_ref().ok_or(PageError::NotFound)?;
    clock.advance(wish.days.clamp(1, MOST_DAYS) * 24 * 3600);
    backend::messages::sweep(visit.backend()).await?;
    Ok(Redirect::to("/demo/clock").into_response())
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
