//! What a page of the desk gains with JavaScript (`frontend/desk.js`): word of changes while it is open, keys, and templates
//! that fill a field at once. Without it nothing is missing but a reload.

use domain::ids::CaseId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde_json::json;

use super::frame::desk_code;
use crate::ui::{Icon, IconName};
use crate::visit::{Visit, assets};
use crate::words::text;

/// What a page shows, and how it was when it was read.
pub(super) enum Open<'a> {
    Queue { desk: &'a backend::cases::queue::Desk, since: Timestamp },
    Case { id: CaseId, version: i64 },
}

/// The script of the desk. Inside a view.
pub(super) fn script(visit: &Visit) -> Option<AnyView> {
    let url = assets().url("desk.js").to_owned();
    // A development build without its site has none.
    (!url.is_empty()).then(|| {
        let nonce = visit.nonce.clone();
        view! { <script type="module" nonce=nonce src=url></script> }.into_any()
    })
}

/// Where changes are announced, the keys, and the script. Inside a view.
pub(super) fn live(visit: &Visit, open: &Open<'_>) -> AnyView {
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let (source, keys): (String, &[&str]) = match open {
        Open::Queue { desk, since } => (
            format!("/staff/events?desk={}&since={}", desk_code(desk), since.as_micros()),
            &["down", "up", "open", "mark", "claim", "search", "help"],
        ),
        Open::Case { id, version } => {
            (format!("/staff/events?case={id}&version={version}"), &["claim", "note", "back", "help"])
        }
    };
    let words = json!({
        "new": t("desk-news-new"),
        "more": t("desk-news-more"),
        "changed": t("desk-news-changed"),
        "stale": t("desk-news-stale"),
        "case": t("desk-news-case"),
        "reload": t("desk-news-reload"),
    });
    let rows = keys
        .iter()
        .map(|key| {
            let (press, means) = (t(&format!("desk-key-{key}-press")), t(&format!("desk-key-{key}")));
            view! { <div class="summary-row"><dt><kbd>{press}</kbd></dt><dd class="summary-value">{means}</dd></div> }
        })
        .collect_view();
    view! {
        <div data-desk="" data-source=source data-words=words.to_string()>
            <div class="desk-news" aria-live="polite" data-part="news"></div>
            <p class="desk-keys-open hide-phone no-print" data-part="keys-open" hidden=true>
                <button type="button" class="btn btn-quiet btn-small">
                    <Icon name=IconName::Help/>
                    {t("desk-keys")}
                </button>
            </p>
            <dialog class="desk-keys" aria-labelledby="desk-keys-title" data-part="keys">
                <h2 id="desk-keys-title" class="card-title">{t("desk-keys")}</h2>
                <dl class="summary summary-plain">{rows}</dl>
                <p class="muted">{t("desk-keys-text")}</p>
                <label class="choice">
                    <input class="choice-input" type="checkbox" checked=true data-part="keys-on"/>
                    <span class="choice-text">{t("desk-keys-on")}</span>
                </label>
                <form method="dialog"><button class="btn btn-secondary btn-small">{t("desk-keys-close")}</button></form>
            </dialog>
        </div>
        {script(visit)}
    }
    .into_any()
}
