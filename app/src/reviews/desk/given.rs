//! What people said of the department: the day, the service, grade, tags and words; never who.

use axum::extract::Query;
use backend::reviews::{Listed, reviews_of_department};
use leptos::prelude::*;
use serde::Deserialize;

use super::{PAGE, place, place_of, tabs};
use crate::cases::desk::frame::{Desk, Spot};
use crate::cases::desk::queue::pages;
use crate::reviews::errors::fail;
use crate::reviews::words;
use crate::ui::{
    Column, ColumnKind, Disclosure, EmptyState, IconName, PageHead, StaffLayout, Table, Tabs, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(in crate::reviews) struct Look {
    /// The last line of the page before.
    before: Option<String>,
}

pub(in crate::reviews) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Reviews).await?;
    let locale = visit.locale;
    let before = look.before.as_deref().and_then(place);
    let page = reviews_of_department(visit.backend(), visit.actor(), before, PAGE as i64).await;
    let page = page.map_err(|e| fail(&visit, e))?;
    let here = "/staff/reviews/given";
    let next = page.next.map(|(day, id)| format!("{here}?before={}", place_of(&day, id)));
    let back = before.is_some().then(|| here.to_owned());
    let reviews: Vec<(Listed, String)> =
        page.reviews.into_iter().map(|r| (r.clone(), words::service(&visit, &r.service))).collect();
    let title = text(locale, "reviews-given");
    visit.page(title.clone(), move || {
        let column = |key: &str, kind| Column::new(text(locale, key), kind);
        let columns = vec![
            column("reviews-grade", ColumnKind::Mark),
            column("desk-column-service", ColumnKind::Lead),
            column("desk-review-day", ColumnKind::Plain),
            column("review-tags", ColumnKind::Plain),
            column("review-words", ColumnKind::Plain),
        ];
        let list = if reviews.is_empty() {
            let (title, lead) =
                (text(locale, "reviews-given-empty"), text(locale, "reviews-given-empty-text"));
            view! { <EmptyState title text=lead icon=IconName::Inbox tone=Tone::Slate/> }.into_any()
        } else {
            let rows = reviews
                .into_iter()
                .map(|(review, service)| {
                    let (label, tone) = (words::grade(review.grade, locale), words::grade_tone(review.grade));
                    vec![
                        view! { <Tag label tone/> }.into_any(),
                        service.into_any(),
                        view! { <span class="num nowrap">{review.day.clone()}</span> }.into_any(),
                        words::tags(&review.tags, locale).into_any(),
                        said(&review, locale),
                    ]
                })
                .collect();
            view! { <Table caption=title.clone() columns rows/> }.into_any()
        };
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=title.clone() lead=text(locale, "reviews-given-lead")/>
                <div class="stack">
                    <Tabs label=text(locale, "desk-tabs") links=tabs(None, locale)/>
                    {list}
                </div>
                {pages(back, next, locale)}
            </StaffLayout>
        }
    })
}

/// The words; abuse is behind a fold.
fn said(review: &Listed, locale: domain::text::Locale) -> AnyView {
    let Some(said) = review.words.clone() else { return text(locale, "review-no-words").into_any() };
    match words::marks(&review.marks, locale) {
        Some(marks) => {
            let summary = with(locale, "review-marked-as", &[("marks", marks.into())]);
            view! { <Disclosure summary plain=true><p>{said}</p></Disclosure> }.into_any()
        }
        None => said.into_any(),
    }
}
