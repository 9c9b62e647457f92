//! `/demo/outbox`: what the stand-ins for the SMS and mail gateways took, read from them over HTTP.

use std::time::Duration;

use axum::extract::Query;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    errors::PageError,
    ui::{CitizenLayout, EmptyState, Frame, IconName, List, ListRow, PageHead, Tone},
    visit::{PageResult, Visit},
    words::{self, t},
};

/// Messages on the page.
const SHOWN: usize = 50;

/// Where the stand-ins list what they took.
pub struct DemoOutbox {
    http: reqwest::Client,
    url: String,
    token: String,
}

#[derive(Deserialize)]
struct Sent {
    channel: String,
    received_at: Timestamp,
    to: String,
    #[serde(default)]
    subject: Option<String>,
    text: String,
}

impl DemoOutbox {
    /// `url` is that of the stand-ins' `/_outbox`.
    pub fn new(http: reqwest::Client, url: String, token: String) -> Self {
        DemoOutbox { http, url, token }
    }

    async fn list(&self) -> Result<Vec<Sent>, reqwest::Error> {
        let request = self.http.get(&self.url).bearer_auth(&self.token).timeout(Duration::from_secs(3));
        request.send().await?.error_for_status()?.json().await
    }
}

/// Whose messages are listed; everybody's when left out.
#[derive(Deserialize)]
pub(super) struct Wish {
    to: Option<String>,
}

pub(super) async fn show(visit: Visit, Query(wish): Query<Wish>) -> PageResult {
    let outbox = visit.state.outbox.as_ref().ok_or(PageError::NotFound)?;
    let mut sent = outbox.list().await.map_err(|error| {
        tracing::warn!(error = %error.without_url(), "the stand-ins do not list their messages");
        PageError::Unavailable
    })?;
    sent.retain(|message| wish.to.as_ref().is_none_or(|to| *to == message.to));
    let title = words::text(visit.locale, "outbox");
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let list = if sent.is_empty() {
            view! { <EmptyState title=t!("outbox-empty") text=t!("outbox-empty-text") icon=IconName::Send/> }.into_any()
        } else {
            let rows = sent
                .into_iter()
                .take(SHOWN)
                .map(|message| {
                    let (icon, tone) = match message.channel.as_str() {
                        "mail" => (IconName::Mail, Tone::Violet),
                        _ => (IconName::Chat, Tone::Jade),
                    };
                    let title = match message.subject {
                        Some(subject) => format!("{} · {subject}", message.to),
                        None => message.to,
                    };
                    view! {
                        <ListRow title note=message.text more=message.received_at.display_minutes() icon tone/>
                    }
                })
                .collect_view();
            view! { <List>{rows}</List> }.into_any()
        };
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/" narrow=true>
                <PageHead title lead=t!("outbox-lead")/>
                <div class="stack">
                {list}
            </div>
            </CitizenLayout>
        }
    })
}
