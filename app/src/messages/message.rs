//! One message; opening it marks it as read.

use axum::extract::Path;
use backend::messages::{Line, open_message, params_in};
use domain::ids::{MessageId, ReviewId};
use domain::text::Locale;
use leptos::prelude::*;

use crate::{
    errors::PageError,
    ui::{ButtonLink, Card, CitizenLayout, Frame, PageHead, Place, callable},
    visit::{PageResult, Visit},
    words::{self, Value, t},
};

/// Title and text of a message. One whose kind is not known any more, as after a downgrade, says so.
pub(super) fn words_of(locale: Locale, line: &Line) -> (String, String) {
    let params = params_in(locale, &line.params);
    let values: Vec<(&str, Value<'_>)> =
        params.iter().map(|(k, v)| (k.as_str(), v.as_str().into())).collect();
    let part = |part: &str| words::try_with(locale, &format!("message-{}-{part}", line.kind), &values);
    let title = part("title").unwrap_or_else(|| words::text(locale, "message-other-title"));
    let text = part("text").unwrap_or_else(|| words::text(locale, "message-other-text"));
    (title, text)
}

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let id: MessageId = id.parse().map_err(|_| PageError::NotFound)?;
    let line = open_message(visit.backend(), &me, id).await?.ok_or(PageError::NotFound)?;
    let (title, text) = words_of(visit.locale, &line);
    let (time, case) = (line.created_at.display_minutes(), line.case);
    let review: Option<ReviewId> = line.params["review"].as_str().and_then(|id| id.parse().ok());
    let bar = words::text(visit.locale, "messages");
    let mut frame = Frame::of(&visit);
    // Counted before it was opened.
    frame.unread = frame.unread.saturating_sub(u32::from(!line.read));
    visit.page(title.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=bar back="/messages" place=Place::Messages narrow=true>
                <PageHead title lead=time/>
                <div class="stack">
                <Card>
                    <p>{callable(&text)}</p>
                    {case.map(|id| view! { <ButtonLink href=format!("/cases/{id}") label=t!("message-to-case")/> })}
                    {review.map(|id| view! { <ButtonLink href=format!("/reviews/{id}") label=t!("message-to-review")/> })}
                </Card>
            </div>
            </CitizenLayout>
        }
    })
}

#[cfg(test)]
mod tests {
    use backend::messages::KINDS;

    use super::*;

    #[test]
    fn every_kind_that_is_sent_has_words_in_both_languages() {
        for locale in Locale::ALL {
            for kind in KINDS {
                for part in ["title", "text"] {
                    let key = format!("message-{kind}-{part}");
                    assert!(words::has(locale, &key), "{key} has no words in {}", locale.tag());
                }
            }
        }
    }
}
