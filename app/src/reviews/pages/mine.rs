//! One's own review and what became of it; where the citizen says whether the answer will do.

use axum::extract::{Path, Query};
use backend::reviews::my_review;
use domain::ids::ReviewId;
use domain::reviews::{MAX_WORDS, SubjectKind, TaskState};
use leptos::prelude::*;
use serde::Deserialize;

use crate::cases::desk::draft;
use crate::reviews::actions::FOLLOW_UP;
use crate::reviews::errors::fail;
use crate::reviews::words;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, Choice, CitizenLayout, ErrorSummary, Frame, Notice,
    PageHead, Place, RadioCards, SubmitButton, SummaryList, SummaryRow, Tag, TextArea, Timeline,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::reviews) struct Look {
    /// What was just done.
    did: Option<String>,
}

/// What can be said to have been done.
const DID: [&str; 4] = ["given", "before", "content", "not-content"];

pub(in crate::reviews) async fn show(
    visit: Visit,
    Path(id): Path<ReviewId>,
    Query(look): Query<Look>,
) -> PageResult {
    let review = my_review(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let did = look.did.filter(|did| DID.contains(&did.as_str()));
    let did = did.map(|did| t(&format!("review-did-{did}")));
    let row = |key: &str, value: String| SummaryRow { name: t(key), value, change: None };
    let mut rows = vec![
        row("department", words::department(&visit, &review.department)),
        row("review-given-at", review.given_at.display_minutes()),
        row("review-tags", words::tags(&review.tags, locale)),
    ];
    rows.extend(review.words.clone().map(|said| row("review-words", said)));
    let marked = words::marks(&review.marks, locale).map(|marks| {
        (t("review-marked-title"), with(locale, "review-marked-text", &[("marks", marks.into())]))
    });
    let (grade, tone) = (words::grade(review.grade, locale), words::grade_tone(review.grade));
    let name = words::service(&visit, &review.service);
    let case = (review.kind == SubjectKind::Case)
        .then(|| (format!("/cases/{}", review.subject), t("message-to-case")));
    let stands = review.rectification.as_ref().and_then(|task| {
        let until = task.follow_up_by.clone().unwrap_or_default();
        let days = [
            ("verify", task.verify_by.clone().into()),
            ("answer", task.answer_by.clone().into()),
            ("until", until.into()),
        ];
        let key = stands_key(task.state)?;
        Some((with(locale, &format!("{key}-title"), &days), with(locale, &format!("{key}-text"), &days)))
    });
    let timeline = review.rectification.as_ref().map(|task| words::timeline(&task.told, task.state, locale));
    let asks = review.rectification.as_ref().filter(|task| task.state == TaskState::Answered);
    let until = asks.map(|task| task.follow_up_by.clone().unwrap_or_default());
    let kept = draft::of(&visit, FOLLOW_UP, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (content, typed) = (kept.get("content").to_owned(), kept.get("words").to_owned());
    let (content_error, words_error) = (draft::at(&errors, "content"), draft::at(&errors, "words"));
    let choices = vec![
        Choice::new("yes", t("review-content-yes")).hint(t("review-content-yes-hint")),
        Choice::new("no", t("review-content-no")).hint(t("review-content-no-hint")),
    ];
    let (legend, label, send, summary) =
        (t("review-content"), t("review-content-words"), t("review-content-send"), t("error-summary"));
    let (title, timeline_title, public) = (t("review-title"), t("review-timeline"), t("reviews-of-service"));
    let hint = until.as_ref().map(|day| with(locale, "review-content-hint", &[("day", day.clone().into())]));
    let page_title = draft::title(&visit, &format!("{title} · {name}"), &errors);
    let service = review.service.clone();
    let frame = Frame::of(&visit);
    visit.page(page_title, move || {
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        let follow_up = hint.map(|hint| {
            view! {
                <form class="form" method="post" action=format!("/reviews/{id}/follow-up") novalidate=true>
                    <RadioCards name="content" legend choices value=content hint error=content_error/>
                    <TextArea name="words" label value=typed error=words_error rows=3 maxlength=MAX_WORDS optional=true/>
                    <SubmitButton label=send block=true/>
                </form>
            }
        });
        view! {
            <CitizenLayout frame bar_title=title back="/cases" place=Place::Services narrow=true notice>
                <ErrorSummary title=summary errors/>
                <PageHead title=name>
                    <Tag label=grade tone/>
                </PageHead>
                <SummaryList plain=true rows/>
                {marked.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {stands.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {timeline.map(|events| view! { <Card title=timeline_title><Timeline events/></Card> })}
                {follow_up}
                <div class="stack">
                    {case.map(|(href, label)| view! { <ButtonLink href label kind=ButtonKind::Secondary block=true/> })}
                    <ButtonLink href=format!("/reviews/services/{service}") label=public kind=ButtonKind::Quiet block=true/>
                </div>
            </CitizenLayout>
        }
    })
}

/// What is going on, as the words are called; once it is over, the timeline has said all.
fn stands_key(state: TaskState) -> Option<&'static str> {
    match state {
        TaskState::Opened => Some("review-stands-opened"),
        TaskState::WellFounded => Some("review-stands-well-founded"),
        TaskState::Unfounded => Some("review-stands-unfounded"),
        TaskState::Answered => Some("review-stands-answered"),
        TaskState::SecondOpinion => Some("review-stands-second-opinion"),
        TaskState::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::text::Locale;

    use super::*;

    #[test]
    fn every_state_says_what_is_going_on_then() {
        for locale in Locale::ALL {
            let said = |state| {
                let key = stands_key(state)?;
                for part in ["title", "text"] {
                    let key = format!("{key}-{part}");
                    assert!(crate::words::has(locale, &key), "{key} has no words in {}", locale.tag());
                }
                Some(text(locale, &format!("{key}-title")))
            };
            let all: Vec<String> = TaskState::ALL.into_iter().filter_map(said).collect();
            let different: std::collections::BTreeSet<&String> = all.iter().collect();
            assert_eq!((all.len(), different.len()), (5, 5));
        }
    }
}
