//! The devices on which I am signed in.

use axum::{Form, extract::Query};
use backend::identity::{end_other_sessions, end_session, my_sessions};
use domain::ids::SessionId;
use leptos::prelude::*;

use super::forms::Answers;
use super::sign_in::Way;
use crate::{
    errors::see_other,
    ui::{
        AlertKind, ButtonKind, CitizenLayout, Frame, IconName, List, ListRow, Notice, PageHead, Place,
        SubmitButton, Tag, Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

pub(super) async fn show(visit: Visit, Query(way): Query<Way>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let sessions = my_sessions(visit.backend(), &me).await?;
    let others = sessions.iter().any(|session| !session.current);
    let title = words::text(visit.locale, "me-sessions");
    let notice = match way.done.as_str() {
        "ended" => Some(("done-session-ended", AlertKind::Success)),
        "others" => Some(("done-session-others", AlertKind::Success)),
        "gone" => Some(("done-session-gone", AlertKind::Warning)),
        _ => None,
    };
    let notice = notice.map(|(key, kind)| (words::text(visit.locale, key), kind));
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let notice = notice.map(|(text, kind)| view! { <Notice text kind/> }.into_any());
        let rows = sessions
            .into_iter()
            .map(|session| {
                let agent =
                    if session.agent.is_empty() { t!("session-unknown-agent") } else { session.agent };
                let note = t!("session-last-seen", time = session.last_seen_at.display_minutes());
                let more = t!("session-since", time = session.created_at.display_minutes());
                let end = if session.current {
                    view! { <Tag label=t!("session-this") tone=Tone::Jade/> }.into_any()
                } else {
                    view! {
                        <form method="post" action="/me/sessions">
                            <SubmitButton
                                label=t!("session-end")
                                kind=ButtonKind::Secondary
                                small=true
                                name="end"
                                value=session.id.to_string()
                            />
                        </form>
                    }
                    .into_any()
                };
                view! { <ListRow title=agent note more icon=IconName::Device tone=Tone::Slate end=end/> }
            })
            .collect_view();
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/me" place=Place::Me narrow=true notice=notice>
                <PageHead title lead=t!("sessions-lead")/>
                <div class="stack">
                <List>{rows}</List>
                {others
                    .then(|| {
                        view! {
                            <form method="post" action="/me/sessions">
                                <SubmitButton
                                    label=t!("session-end-others")
                                    kind=ButtonKind::Danger
                                    block=true
                                    name="end"
                                    value="others"
                                />
                            </form>
                        }
                    })}
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn end(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let which = answers.get("end").map_or("", String::as_str);
    let done = match (which, which.parse::<SessionId>()) {
        ("others", _) => {
            end_other_sessions(visit.backend(), &me).await?;
            "others"
        }
        (_, Ok(id)) if end_session(visit.backend(), &me, id).await? => "ended",
        // One that is not mine, or has ended.
        _ => "gone",
    };
    Ok(see_other(&format!("/me/sessions?done={done}")))
}
