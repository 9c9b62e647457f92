//! The message centre.

use axum::extract::Query;
use backend::messages::{Cursor, messages, read_all as mark_all_read};
use domain::ids::MessageId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::message::words_of;
use crate::{
    errors::see_other,
    ui::{
        ButtonKind, ButtonLink, CitizenLayout, EmptyState, Frame, IconName, List, ListRow, PageHead, Place,
        SubmitButton, Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

#[derive(Deserialize)]
pub(super) struct From {
    at: Option<i64>,
    id: Option<String>,
}

pub(super) async fn show(visit: Visit, Query(from): Query<From>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let id = from.id.and_then(|id| id.parse::<MessageId>().ok());
    let cursor = match (from.at, id) {
        (Some(at), Some(id)) => Cursor { created_at: Timestamp::from_micros(at), id },
        _ => Cursor::START,
    };
    let page = messages(visit.backend(), &me, cursor).await?;
    let older = page.next.map(|c| format!("/messages?at={}&id={}", c.created_at.as_micros(), c.id));
    let title = words::text(visit.locale, "messages");
    let locale = visit.locale;
    let frame = Frame::of(&visit);
    let unread = frame.unread > 0;
    visit.page(title.clone(), move || {
        let list = if page.lines.is_empty() {
            view! { <EmptyState title=t!("messages-empty") text=t!("messages-empty-text") icon=IconName::Bell/> }.into_any()
        } else {
            let rows = page
                .lines
                .into_iter()
                .map(|line| {
                    let (title, note) = words_of(locale, &line);
                    let (icon, tone) = look(&line.kind);
                    view! {
                        <ListRow
                            href=format!("/messages/{}", line.id)
                            title
                            note
                            more=line.created_at.display_minutes()
                            icon
                            tone
                            unread=!line.read
                        />
                    }
                })
                .collect_view();
            view! { <List>{rows}</List> }.into_any()
        };
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" place=Place::Messages narrow=true>
                <PageHead title in_bar=true/>
                <div class="stack">
                {unread
                    .then(|| {
                        view! {
                            <form class="row row-end" method="post" action="/messages">
                                <SubmitButton label=t!("messages-read-all") kind=ButtonKind::Quiet small=true/>
                            </form>
                        }
                    })}
                {list}
                {older
                    .map(|href| {
                        view! { <ButtonLink href label=t!("older") kind=ButtonKind::Secondary block=true/> }
                    })}
            </div>
            </CitizenLayout>
        }
    })
}

pub(super) async fn read_all(visit: Visit) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    mark_all_read(visit.backend(), &me).await?;
    Ok(see_other("/messages"))
}

fn look(kind: &str) -> (IconName, Tone) {
    match kind {
        "case-approved" | "case-certified" => (IconName::CircleCheck, Tone::Jade),
        "case-refused" | "case-declined" => (IconName::CircleX, Tone::Red),
        "case-awaiting-payment" => (IconName::Yuan, Tone::Amber),
        _ if kind.starts_with("case-") => (IconName::Checklist, Tone::Blue),
        "certificate-revoked" => (IconName::Certificate, Tone::Red),
        _ if kind.starts_with("certificate-") => (IconName::Certificate, Tone::Teal),
        _ if kind.starts_with("review-") => (IconName::Chat, Tone::Blue),
        "identity-verified" => (IconName::Shield, Tone::Jade),
        "phone-changed" => (IconName::Phone, Tone::Amber),
        "mail-changed" | "mail-removed" => (IconName::Mail, Tone::Amber),
        "password-changed" => (IconName::Key, Tone::Amber),
        _ => (IconName::Bell, Tone::Slate),
    }
}
