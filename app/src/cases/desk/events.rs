//! Word of changes to a page that is open, as server-sent events (HTML, 9.2). Nothing personal is in them: that a queue
//! changed and how much waits, or that a case changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use backend::cases::CaseError;
use backend::cases::live::{Listener, News, Subject, listen};
use backend::cases::queue::COUNTED;
use backend::identity::{Denied, peek};
use domain::ids::CaseId;
use domain::time::Timestamp;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::sought::desk_named;
use crate::errors::PageError;
use crate::identity::cookie;
use crate::state::AppState;

/// After which a browser asks again when the connection ends.
const RETRY: Duration = Duration::from_secs(5);

/// What the page shows.
#[derive(Deserialize)]
pub(super) struct Open {
    /// `<department>.<place>`.
    desk: Option<String>,
    /// When the page was made, in microseconds.
    since: Option<i64>,
    case: Option<CaseId>,
    version: Option<i64>,
}

fn subject(state: &AppState, open: &Open) -> Option<Subject> {
    match (&open.desk, open.case) {
        (Some(desk), None) => {
            let since = Timestamp::from_micros(open.since?);
            Some(Subject::Desk { desk: desk_named(&state.backend, desk)?, since })
        }
        (None, Some(id)) => Some(Subject::Case { id, version: open.version? }),
        _ => None,
    }
}

/// To a browser that listens, 204 means not to ask again: for who is signed out, and where there are too many. The page works
/// on without.
fn no_more() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Not a [`crate::visit::Visit`]: listening is none, so a page that is only open does not keep its session alive. What was
/// missed while a connection was broken is read again from the time of the page.
pub(super) async fn stream(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(open): Query<Open>,
) -> Result<Response, PageError> {
    let Some(token) = cookie::token(&headers, &state.site) else { return Ok(no_more()) };
    let viewer = peek(&state.backend, token).await?;
    if viewer.as_ref().and_then(|viewer| viewer.staff()).is_none() {
        return Ok(no_more());
    }
    let subject = subject(&state, &open).ok_or(PageError::NotFound)?;
    let listener = match listen(&state.backend, token, subject).await {
        Ok(Ok(listener)) => listener,
        Ok(Err(_)) | Err(CaseError::Denied(Denied::SignInNeeded)) => return Ok(no_more()),
        Err(CaseError::NotFound) => return Err(PageError::NotFound),
        Err(CaseError::Denied(_) | CaseError::Outside(_)) => return Err(PageError::Forbidden),
        Err(error) => {
            tracing::error!(%error, "cannot listen");
            return Err(PageError::Unavailable);
        }
    };
    // The first line at once, so that the browser knows that it is connected.
    let events = stream::unfold((listener, true), move |(mut listener, first)| async move {
        if first {
            let hello: Result<Event, Infallible> = Ok(Event::default().retry(RETRY));
            return Some((hello, (listener, false)));
        }
        let news = listener.next().await?;
        let event = told(&listener, news).await;
        Some((Ok(event), (listener, false)))
    });
    let mut response = Sse::new(events).into_response();
    // Proxies that gather answers before they pass them on would keep the news.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// News as an event.
async fn told(listener: &Listener, news: News) -> Event {
    match news {
        News::Nothing => Event::default().comment(""),
        News::Stale => Event::default().event("stale").data("{}"),
        News::Case => Event::default().event("case").data("{}"),
        News::Queue { new } => {
            let counts = counts(listener).await;
            let data = json!({ "new": new, "more": new as i64 >= COUNTED, "counts": counts });
            Event::default().event("queue").data(data.to_string())
        }
    }
}

/// How much waits at the desk now; nothing when that cannot be told.
async fn counts(listener: &Listener) -> serde_json::Value {
    match listener.counts().await {
        Ok(None) => json!({}),
        Ok(Some(waiting)) => json!({
            "submitted": waiting.submitted,
            "accepted": waiting.accepted,
            "supplementing": waiting.supplementing,
            "awaiting_payment": waiting.awaiting_payment,
        }),
        Err(error) => {
            tracing::debug!(%error, "cannot count what waits");
            json!({})
        }
    }
}
