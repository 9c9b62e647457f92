//! Two versions side by side: what is different in each part, and line by line.

use axum::extract::{Path, Query};
use backend::catalog::compare::{Change, Kind, Line, PARTS, Part, Shown, compare, lines};
use backend::catalog::{files, manage};
use domain::catalog::Definition;
use domain::ids::VersionId;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::fail;
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::PageError;
use crate::ui::{Alert, AlertKind, Breadcrumb, Disclosure, PageHead, StaffLayout, Tag, Tone};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(super) struct Pair {
    from: String,
    to: String,
}

pub(super) async fn show(visit: Visit, Path(code): Path<String>, Query(pair): Query<Pair>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let id = |text: &str| text.parse::<VersionId>().map_err(|_| PageError::NotFound);
    let versions = (id(&pair.from)?, id(&pair.to)?);
    let (before, after) =
        manage::pair(visit.backend(), visit.actor(), &code, versions).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let name = after.definition.name.get(locale).to_owned();
    let said = |at: domain::time::Timestamp| at.display_minutes();
    let lead = with(
        locale,
        "cat-compare-lead",
        &[("from", said(before.published_at).into()), ("to", said(after.published_at).into())],
    );
    let title = text(locale, "cat-compare");
    let links = vec![
        ("/staff/catalogue".to_owned(), text(locale, "cat-title")),
        (format!("/staff/catalogue/services/{code}"), name.clone()),
    ];
    visit.page(format!("{title} · {name}"), move || {
        let differences = differences(&before.definition, &after.definition, locale);
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links here=title.clone()/>
                <PageHead title lead/>
                <div class="stack">{differences}</div>
            </StaffLayout>
        }
    })
}

/// Everything that is different between two definitions.
pub(super) fn differences(before: &Definition, after: &Definition, locale: Locale) -> AnyView {
    let parts = compare(before, after);
    if parts.is_empty() {
        return view! { <Alert kind=AlertKind::Info title=text(locale, "cat-no-difference")/> }.into_any();
    }
    let parts = parts.into_iter().map(|p| part(p, locale)).collect_view();
    let written = |definition: &Definition| files::write(definition).unwrap_or_default();
    let raw = raw(&lines(&written(before), &written(after)), locale);
    view! {
        {parts}
        <Disclosure summary=text(locale, "cat-raw") plain=true>{raw}</Disclosure>
    }
    .into_any()
}

/// The name of a part of a definition.
fn part_words(key: &str, locale: Locale) -> String {
    match PARTS.contains(&key) {
        true => text(locale, &format!("cat-part-{}", key.replace('_', "-"))),
        false => key.to_owned(),
    }
}

fn part(part: Part, locale: Locale) -> AnyView {
    let title = part_words(&part.key, locale);
    let key = part.key.clone();
    let changes = part.changes.into_iter().map(|c| change(&key, c, locale)).collect_view();
    view! {
        <section class="card stack">
            <h2 class="card-title">{title}</h2>
            <div class="catalogue-changes">{changes}</div>
        </section>
    }
    .into_any()
}

fn change(key: &str, change: Change, locale: Locale) -> AnyView {
    let (mark, tone) = match change.kind {
        Kind::Added => ("cat-added", Tone::Jade),
        Kind::Removed => ("cat-removed", Tone::Red),
        Kind::Changed => ("cat-changed", Tone::Blue),
        Kind::Moved => ("cat-moved", Tone::Slate),
    };
    let place = std::iter::once(key.to_owned()).chain(change.path).collect::<Vec<_>>().join(" › ");
    let (was, is) = (text(locale, "cat-was"), text(locale, "cat-is"));
    let label = text(locale, mark);
    view! {
        <div class="catalogue-change">
            <p class="row">
                <Tag label tone/>
                <code>{place}</code>
            </p>
            <dl class="catalogue-sides">
                {change.before.map(|value| view! { <div class="catalogue-was"><dt>{was}</dt><dd>{shown(value)}</dd></div> })}
                {change.after.map(|value| view! { <div class="catalogue-is"><dt>{is}</dt><dd>{shown(value)}</dd></div> })}
            </dl>
        </div>
    }
    .into_any()
}

fn shown(value: Shown) -> AnyView {
    match value {
        Shown::Words(words) => view! {
            <p lang="zh-CN">{words.zh}</p>
            <p lang="en" class="muted">{words.en}</p>
        }
        .into_any(),
        Shown::Plain(word) => word.into_any(),
        // It scrolls sideways, so it must be reachable by keyboard.
        Shown::Whole(written) => {
            view! { <pre class="catalogue-code" tabindex="0">{written}</pre> }.into_any()
        }
    }
}

fn raw(found: &[Line], locale: Locale) -> AnyView {
    let line = |line: &Line| match line {
        Line::Same(text) => view! { <li>"  "{text.clone()}</li> }.into_any(),
        Line::Removed(text) => {
            view! { <li class="catalogue-was"><del>"- "{text.clone()}</del></li> }.into_any()
        }
        Line::Added(text) => view! { <li class="catalogue-is"><ins>"+ "{text.clone()}</ins></li> }.into_any(),
        Line::Gap(n) => {
            let said = with(locale, "cat-gap", &[("n", (*n).into())]);
            view! { <li class="faint">{said}</li> }.into_any()
        }
    };
    let label = text(locale, "cat-raw");
    view! {
        <ol class="catalogue-code catalogue-lines" tabindex="0" aria-label=label>
            {found.iter().map(line).collect_view()}
        </ol>
    }
    .into_any()
}
