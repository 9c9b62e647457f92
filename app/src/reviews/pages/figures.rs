//! What everybody may know: shares of the grades, reply rate and rectification in time, of all, of a service, of a
//! department. Figures about fewer than ten reviews are never shown.

use axum::extract::Path;
use backend::reviews::figures;
use domain::reviews::{LEAST, Published};
use leptos::prelude::*;

use crate::errors::PageError;
use crate::reviews::words;
use crate::ui::{
    Bars, Card, CitizenLayout, Column, ColumnKind, EmptyState, Frame, IconName, KeyFigure, KeyFigures,
    PageHead, Place, Section, Table, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// Tags that are shown.
const TAGS: usize = 6;

/// A row of the table: what it is about, and its figures if they may be shown.
struct Row {
    href: String,
    name: String,
    published: Option<Published>,
}

/// What a page is about.
struct Page {
    title: String,
    back: &'static str,
    published: Option<Published>,
    table: Option<(String, Vec<Row>)>,
}

pub(in crate::reviews) async fn overview(visit: Visit) -> PageResult {
    let figures = figures(visit.backend()).await?;
    let departments = &visit.backend().catalog.reference.departments;
    let rows = departments
        .iter()
        .map(|department| Row {
            href: format!("/reviews/departments/{}", department.id),
            name: department.authority.get(visit.locale).to_owned(),
            published: figures.departments.get(&department.id).cloned(),
        })
        .collect();
    let published = Some(figures.all.clone()).filter(|all| !all.is_empty());
    let table = Some((text(visit.locale, "reviews-departments"), rows));
    show(&visit, Page { title: text(visit.locale, "reviews-title"), back: "/", published, table })
}

pub(in crate::reviews) async fn service(visit: Visit, Path(code): Path<String>) -> PageResult {
    let services = visit.backend().catalog.services();
    let service = services.known(&code).ok_or(PageError::NotFound)?;
    let figures = figures(visit.backend()).await?;
    let name = service.definition.name.get(visit.locale).to_owned();
    let title = with(visit.locale, "reviews-of", &[("name", name.into())]);
    let published = figures.services.get(&code).cloned();
    show(&visit, Page { title, back: "/reviews", published, table: None })
}

pub(in crate::reviews) async fn department(visit: Visit, Path(id): Path<String>) -> PageResult {
    let name = visit.authority(&id).ok_or(PageError::NotFound)?;
    let figures = figures(visit.backend()).await?;
    let services = visit.backend().catalog.services();
    let rows = services
        .all
        .iter()
        .filter(|service| service.definition.department == id)
        .map(|service| Row {
            href: format!("/reviews/services/{}", service.code()),
            name: service.definition.name.get(visit.locale).to_owned(),
            published: figures.cells.get(&(id.clone(), service.code().to_owned())).cloned(),
        })
        .collect();
    let title = with(visit.locale, "reviews-of", &[("name", name.into())]);
    let published = figures.departments.get(&id).cloned();
    let table = Some((text(visit.locale, "reviews-services"), rows));
    show(&visit, Page { title, back: "/reviews", published, table })
}

fn show(visit: &Visit, page: Page) -> PageResult {
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let Page { title, back, published, table } = page;
    let least = with(locale, "reviews-few", &[("n", LEAST.into())]);
    let lead = with(locale, "reviews-lead", &[("n", LEAST.into())]);
    let keys = published.as_ref().map(|p| key_figures(visit, p));
    let bars = published.as_ref().map(|p| words::bars(p, locale));
    let tags: Vec<(String, i64)> = published
        .as_ref()
        .map(|p| p.top_tags(TAGS).into_iter().map(|(tag, n)| (words::tag(tag, locale), n)).collect())
        .unwrap_or_default();
    let heads = [t("reviews-grade"), t("reviews-share"), t("reviews-count")];
    let (grades, tags_title, how, how_text) = (
        t("reviews-grades"),
        t("reviews-tags"),
        t("reviews-how"),
        with(locale, "reviews-how-text", &[("n", LEAST.into())]),
    );
    let columns: Vec<Column> = [
        ("reviews-name", ColumnKind::Lead),
        ("reviews-satisfied", ColumnKind::Number),
        ("reviews-reply", ColumnKind::Number),
        ("reviews-in-time", ColumnKind::Number),
        ("reviews-count", ColumnKind::Number),
    ]
    .map(|(key, kind)| Column::new(t(key), kind))
    .to_vec();
    let frame = Frame::of(visit);
    let bar = t("reviews-title");
    let heading = title.clone();
    visit.page(title, move || {
        let figures = match (keys, bars) {
            (Some(figures), Some(bars)) => view! {
                <KeyFigures figures/>
                <Section title=grades.clone()>
                    <Card><Bars caption=grades heads bars/></Card>
                </Section>
            }
            .into_any(),
            _ => view! { <EmptyState title=least.clone() text=how_text.clone() icon=IconName::Chart tone=Tone::Slate/> }
                .into_any(),
        };
        let tags = (!tags.is_empty()).then(|| {
            let tags = tags
                .into_iter()
                .map(|(label, n)| view! { <Tag label=format!("{label} {n}") line=true/> })
                .collect_view();
            view! { <Section title=tags_title><Card><p class="tags">{tags}</p></Card></Section> }
        });
        let table = table.filter(|(_, rows)| !rows.is_empty()).map(|(title, rows)| {
            let rows = rows.into_iter().map(|row| cells(row, &least, locale)).collect();
            view! { <Section title=title.clone()><Table caption=title columns rows/></Section> }
        });
        view! {
            <CitizenLayout frame bar_title=bar back place=Place::Services>
                <PageHead title=heading lead/>
                {figures}
                {tags}
                {table}
                <Section title=how><Card><p>{how_text}</p></Card></Section>
            </CitizenLayout>
        }
    })
}

fn key_figures(visit: &Visit, published: &Published) -> Vec<KeyFigure> {
    let locale = visit.locale;
    let figure = |key: &str, value: String| KeyFigure {
        name: text(locale, key),
        value,
        unit: String::new(),
        tone: None,
    };
    vec![
        figure("reviews-satisfied", words::percent(published.satisfied(), locale)),
        figure("reviews-reply", words::percent(published.reply_rate(), locale)),
        figure("reviews-in-time", words::percent(published.in_time_rate(), locale)),
        figure("reviews-count", published.total().to_string()),
    ]
}

/// A row; what may not be shown says so once.
fn cells(row: Row, few: &str, locale: domain::text::Locale) -> Vec<AnyView> {
    let number = |text: String| view! { <span class="num">{text}</span> }.into_any();
    let name = view! { <a href=row.href>{row.name}</a> }.into_any();
    match row.published {
        Some(p) => vec![
            name,
            number(words::percent(p.satisfied(), locale)),
            number(words::percent(p.reply_rate(), locale)),
            number(words::percent(p.in_time_rate(), locale)),
            number(p.total().to_string()),
        ],
        None => {
            let none = || view! { <span aria-hidden="true">"—"</span> }.into_any();
            vec![name, none(), none(), none(), number(few.to_owned())]
        }
    }
}
