//! All services of one's departments, searched and narrowed by how they stand.

use axum::extract::Query;
use backend::catalog::manage::{Line, Standing, list};
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::fail;
use crate::cases::desk::frame::{Desk, Spot};
use crate::errors::encode_query_value;
use crate::ui::{
    ButtonKind, ButtonLink, Column, ColumnKind, EmptyState, Filters, IconName, PageHead, SearchForm,
    StaffLayout, TabLink, Table, Tabs, Tag, Tone, Toolbar,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Clone, Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    department: String,
}

/// The tabs: all, and one for each way of standing that somebody looks for.
const TABS: [&str; 5] = ["all", "proposed", "published", "retiring", "retired"];

impl Look {
    fn tab(&self) -> &'static str {
        TABS.into_iter().find(|tab| *tab == self.state).unwrap_or(TABS[0])
    }

    fn address(&self) -> String {
        format!(
            "/staff/catalogue?state={}&department={}&q={}",
            self.tab(),
            encode_query_value(&self.department),
            encode_query_value(&self.q)
        )
    }

    /// Whether the words and the department leave a line in the list.
    fn finds(&self, line: &Line) -> bool {
        let sought = self.q.trim().to_lowercase();
        let name = line.name.clone().unwrap_or_default();
        let words = format!("{} {} {}", line.code, name.zh, name.en).to_lowercase();
        (self.department.is_empty() || line.department == self.department)
            && sought.split_whitespace().all(|word| words.contains(word))
    }
}

fn is_on(tab: &str, line: &Line) -> bool {
    match tab {
        "proposed" => line.proposed > 0,
        "published" => line.standing == Standing::Published,
        "retiring" => line.standing == Standing::Retiring,
        "retired" => line.standing == Standing::Retired,
        _ => true,
    }
}

pub(super) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let listing = list(visit.backend(), visit.actor()).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let found: Vec<&Line> = listing.lines.iter().filter(|line| look.finds(line)).collect();
    let tabs: Vec<TabLink> = TABS
        .into_iter()
        .map(|tab| TabLink {
            href: Look { state: tab.into(), ..look.clone() }.address(),
            label: text(locale, &format!("cat-tab-{tab}")),
            count: Some(found.iter().filter(|line| is_on(tab, line)).count() as u64),
            current: tab == look.tab(),
        })
        .collect();
    let mut own: Vec<&str> = listing.lines.iter().map(|line| line.department.as_str()).collect();
    own.sort_unstable();
    own.dedup();
    let departments: Vec<TabLink> = own
        .iter()
        .filter(|_| own.len() > 1)
        .map(|id| {
            let on = look.department == **id;
            let department = if on { String::new() } else { (*id).to_owned() };
            TabLink {
                href: Look { department, ..look.clone() }.address(),
                label: visit.authority(id).unwrap_or_else(|| (*id).to_owned()),
                count: None,
                current: on,
            }
        })
        .collect();
    let lines: Vec<Line> = found.into_iter().filter(|line| is_on(look.tab(), line)).cloned().collect();
    let (title, lead) = (text(locale, "cat-title"), text(locale, "cat-lead"));
    visit.page(title.clone(), move || {
        let rows: Vec<Vec<AnyView>> = lines.iter().map(|line| row(line, locale)).collect();
        let column = |key: &str, kind| Column::new(text(locale, key), kind);
        let columns = vec![
            column("cat-column-state", ColumnKind::Mark),
            column("cat-column-service", ColumnKind::Lead),
            column("cat-column-code", ColumnKind::Plain),
            column("cat-column-proposals", ColumnKind::Plain),
            column("desk-column-action", ColumnKind::Action),
        ];
        let table = if rows.is_empty() {
            let (title, lead) = (text(locale, "cat-none"), text(locale, "cat-none-text"));
            view! { <EmptyState title text=lead icon=IconName::Search tone=Tone::Slate/> }.into_any()
        } else {
            view! { <Table caption=title.clone() columns rows/> }.into_any()
        };
        let (label, placeholder) = (text(locale, "cat-search"), text(locale, "cat-search-example"));
        view! {
            <StaffLayout frame=desk.frame>
                <div class="desk-top">
                    <PageHead title=title.clone() lead/>
                    <Toolbar>
                        <SearchForm action="/staff/catalogue" label placeholder value=look.q plain=true/>
                        <ButtonLink href="/staff/catalogue/new" label=text(locale, "cat-new") kind=ButtonKind::Secondary small=true/>
                    </Toolbar>
                </div>
                <div class="stack">
                    <Tabs label=text(locale, "cat-tabs") links=tabs/>
                    {(!departments.is_empty())
                        .then(|| view! { <Filters label=text(locale, "cat-departments") links=departments/> })}
                    {table}
                </div>
            </StaffLayout>
        }
    })
}

/// How a service stands, with its colour.
pub(super) fn standing_words(standing: Standing, locale: Locale) -> (String, Tone) {
    let (key, tone) = match standing {
        Standing::Published => ("cat-standing-published", Tone::Jade),
        Standing::Coming => ("cat-standing-coming", Tone::Blue),
        Standing::Retiring => ("cat-standing-retiring", Tone::Amber),
        Standing::Retired => ("cat-standing-retired", Tone::Slate),
    };
    (text(locale, key), tone)
}

fn row(line: &Line, locale: Locale) -> Vec<AnyView> {
    let (label, tone) = standing_words(line.standing, locale);
    let name = line.name.as_ref().map(|name| name.get(locale).to_owned());
    let name = name.unwrap_or_else(|| text(locale, "cat-no-version"));
    let until = line
        .retirement
        .as_ref()
        .map(|ends| with(locale, "cat-last-day", &[("day", ends.last_day.to_string().into())]));
    let count = |n: usize, key: &str, tone| {
        (n > 0).then(|| view! { <Tag label=with(locale, key, &[("n", n.into())]) tone/> })
    };
    let marks = (
        count(line.proposed, "cat-proposed-count", Tone::Amber),
        count(line.drafts, "cat-drafts-count", Tone::Slate),
    );
    let href = match (&line.name, line.proposal) {
        (None, Some(id)) => format!("/staff/catalogue/proposals/{id}"),
        _ => format!("/staff/catalogue/services/{}", line.code),
    };
    let open = text(locale, "desk-look");
    vec![
        view! { <Tag label tone/> }.into_any(),
        view! {
            <span>{name.clone()}</span>
            {until.map(|until| view! { <small class="muted">" "{until}</small> })}
        }
        .into_any(),
        view! { <code>{line.code.clone()}</code> }.into_any(),
        view! { <span class="row">{marks}</span> }.into_any(),
        view! { <a href=href>{open}<span class="visually-hidden">" "{name}</span></a> }.into_any(),
    ]
}
