//! An office with its posts, people and accounts; what it is called; its history; and its end.

use axum::Form;
use axum::extract::{Path, Query};
use backend::organisation::look;
use backend::organisation::{COUNTED_CASES, OfficeRow, abolish_office, abolition, describe_office};
use domain::ids::OfficeId;
use domain::text::{Locale, Text};
use leptos::prelude::*;
use serde::Deserialize;

use super::place::{HOME, NAME_FIELDS, address, contact, name_fields};
use super::sheet::{self, Asked, Crumbs, Sheet, again, done, fail, gathered, mistake, summary};
use super::words::{self, department, office_name, roles, scope, title_of};
use crate::cases::desk::draft::{Typed, typed};
use crate::cases::desk::queue::pages;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Choice, EmptyState, IconName, List, ListRow, RadioCards,
    Section, SubmitButton, SummaryList, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "organisation-describe";

#[derive(Default, Deserialize)]
pub(super) struct Look {
    /// The last post and the last login of the page before.
    post: Option<String>,
    #[serde(default)]
    login: String,
    /// The last entry of the page of the history before.
    before: Option<String>,
    did: Option<String>,
}

pub(super) fn path(id: OfficeId) -> String {
    format!("{HOME}/offices/{id}")
}

/// The way from the organisation to an office, without itself.
pub(super) fn way(visit: &Visit, office: &OfficeRow) -> Crumbs {
    vec![
        (HOME.to_owned(), text(visit.locale, "org-title")),
        (address(office.region), words::place(visit, office.region)),
    ]
}

/// The same with itself.
pub(super) fn way_in(visit: &Visit, office: &OfficeRow) -> Crumbs {
    let mut links = way(visit, office);
    links.push((path(office.id), office_name(office, visit.locale)));
    links
}

pub(super) async fn show(visit: Visit, Path(id): Path<OfficeId>, Query(look): Query<Look>) -> PageResult {
    visit.staff()?;
    let after = look.post.as_deref().and_then(|post| post.parse().ok());
    let found = look::office(visit.backend(), visit.actor(), id, after, &look.login).await;
    let found = found.map_err(|error| fail(&visit, error))?;
    let (locale, here) = (visit.locale, path(id));
    let mut head = Sheet::new(office_name(&found.office, locale), way(&visit, &found.office));
    head.did = look.did.clone();
    let about = about(&visit, &found.office);
    let posts: Vec<(String, String, String, String)> = found
        .posts
        .lines
        .iter()
        .map(|post| {
            let on_it: Vec<String> = found
                .people
                .iter()
                .filter(|line| line.row.post_id == post.id)
                .map(|line| format!("{}（{}）", words::who(line, locale), words::period(line, locale)))
                .collect();
            let people = match on_it.is_empty() {
                true => text(locale, "org-vacant"),
                false => on_it.join(&text(locale, "list-separator")),
            };
            let what = format!(
                "{} · {}",
                roles(&post.roles, locale),
                scope(&visit, post.department.as_deref(), post.region)
            );
            (format!("{HOME}/posts/{}", post.id), title_of(post, locale), what, people)
        })
        .collect();
    let accounts: Vec<(String, String, String, bool)> = found
        .accounts
        .lines
        .iter()
        .map(|account| {
            let href = format!("{HOME}/accounts/{}", account.id);
            (href, account.display_name.clone(), account.login.clone(), account.active)
        })
        .collect();
    let next_post = found.posts.next.map(|next| format!("{here}?post={next}"));
    let next_login = found.accounts.next.map(|next| format!("{here}?login={next}"));
    let (first_post, first_login) =
        (look.post.map(|_| here.clone()), (!look.login.is_empty()).then(|| here.clone()));
    let open = found.open;
    sheet::show(&visit, head, move || {
        let link = |to: &str, key: &str| {
            let (href, label) = (format!("{here}/{to}"), text(locale, key));
            view! { <ButtonLink href label kind=ButtonKind::Secondary small=true/> }.into_any()
        };
        let closed =
            (!open).then(|| view! { <Alert title=text(locale, "org-abolished") kind=AlertKind::Warning/> });
        let describe = open.then(|| link("describe", "org-describe"));
        let abolish = open.then(|| link("abolish", "org-abolish"));
        let past = link("history", "org-history");
        let post = open.then(|| link("post", "org-open-post"));
        let account = open.then(|| link("account", "org-make-account"));
        view! {
            {closed}
            <SummaryList plain=true rows=summary(about)/>
            <div class="row">{describe}{abolish}{past}</div>
            <Section title=text(locale, "org-posts")>
                <div class="stack">
                    {post_list(posts, locale)}
                    {pages(first_post, next_post, locale)}
                    {post}
                </div>
            </Section>
            <Section title=text(locale, "org-accounts")>
                <div class="stack">
                    {account_list(accounts, locale)}
                    {pages(first_login, next_login, locale)}
                    {account}
                </div>
            </Section>
        }
        .into_any()
    })
    .await
}

fn post_list(posts: Vec<(String, String, String, String)>, locale: Locale) -> AnyView {
    if posts.is_empty() {
        return view! { <EmptyState title=text(locale, "org-no-posts") icon=IconName::Briefcase tone=Tone::Slate/> }
            .into_any();
    }
    let rows = posts
        .into_iter()
        .map(|(href, title, note, more)| view! { <ListRow href title note more icon=IconName::Briefcase tone=Tone::Violet/> })
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

fn account_list(accounts: Vec<(String, String, String, bool)>, locale: Locale) -> AnyView {
    if accounts.is_empty() {
        return view! { <EmptyState title=text(locale, "org-no-accounts") icon=IconName::User tone=Tone::Slate/> }
            .into_any();
    }
    let rows = accounts
        .into_iter()
        .map(|(href, title, note, active)| {
            let tags = (!active).then(|| {
                view! { <Tag label=text(locale, "org-account-closed") tone=Tone::Slate/> }.into_any()
            });
            view! { <ListRow href title note tags icon=IconName::User tone=Tone::Teal/> }
        })
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

fn about(visit: &Visit, office: &OfficeRow) -> Vec<(String, String)> {
    let locale = visit.locale;
    let unknown = || text(locale, "org-unknown");
    let address = match (&office.address_zh, &office.address_en) {
        (Some(zh), Some(en)) => Text::new(&**zh, &**en).get(locale).to_owned(),
        _ => unknown(),
    };
    vec![
        (text(locale, "org-department"), department(visit, &office.department)),
        (text(locale, "org-place"), words::place(visit, office.region)),
        (text(locale, "org-phone"), office.phone.clone().unwrap_or_else(unknown)),
        (text(locale, "org-address"), address),
        (text(locale, "org-opened"), office.opened_at.date_in_china().to_string()),
    ]
}

/// The row of an office, for who keeps it.
pub(super) async fn row(visit: &Visit, id: OfficeId) -> Result<OfficeRow, PageError> {
    visit.staff()?;
    let found = look::office(visit.backend(), visit.actor(), id, None, "").await;
    Ok(found.map_err(|error| fail(visit, error))?.office)
}

pub(super) async fn ask(visit: Visit, Path(id): Path<OfficeId>) -> PageResult {
    let office = row(&visit, id).await?;
    let locale = visit.locale;
    let asked = Asked {
        form: FORM,
        subject: id.to_string(),
        action: format!("{}/describe", path(id)),
        submit: "save",
        back: path(id),
    };
    let head = Sheet::new(text(locale, "org-describe"), way_in(&visit, &office));
    sheet::form(&visit, head, asked, move |kept| {
        let known = |words: &Option<String>| words.clone().unwrap_or_default();
        let (phone, zh, en) = (known(&office.phone), known(&office.address_zh), known(&office.address_en));
        name_fields(kept, [&office.name_zh, &office.name_en, &phone, &zh, &en], locale)
    })
    .await
}

pub(super) async fn describe(
    visit: Visit,
    Path(id): Path<OfficeId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    visit.staff()?;
    let answers = gathered(pairs);
    let name = Text::new(typed(&answers, "zh"), typed(&answers, "en"));
    let wrong = match contact(&answers) {
        Err(error) => Some(error),
        Ok(contact) => match describe_office(visit.backend(), visit.actor(), id, name, contact).await {
            Ok(()) => None,
            Err(error) => Some(mistake(&visit, error)?),
        },
    };
    let form = format!("{}/describe", path(id));
    match wrong {
        None => done(&visit, FORM, &format!("{}?did=described", path(id))).await,
        Some(error) => again(&visit, FORM, &id.to_string(), &answers, &NAME_FIELDS, error, &form).await,
    }
}

pub(super) async fn history(visit: Visit, Path(id): Path<OfficeId>, Query(look): Query<Look>) -> PageResult {
    visit.staff()?;
    let before = look.before.as_deref().and_then(words::before);
    let found = look::history(visit.backend(), visit.actor(), id, before).await;
    let (office, part) = found.map_err(|error| fail(&visit, error))?;
    let (locale, now) = (visit.locale, visit.backend().now());
    let mut head = Sheet::new(text(locale, "org-history"), way_in(&visit, &office));
    head.lead = Some(text(locale, "org-history-lead"));
    sheet::show(&visit, head, move || {
        let here = format!("{}/history", path(id));
        words::history(part.lines, part.next, &here, before.is_some(), now, locale)
    })
    .await
}

/// The number of open cases in words; what was not counted on is "1000+".
fn count_words(cases: i64) -> String {
    if cases >= COUNTED_CASES { format!("{COUNTED_CASES}+") } else { cases.to_string() }
}

/// What abolishing would do.
pub(super) async fn confirm(visit: Visit, Path(id): Path<OfficeId>) -> PageResult {
    visit.staff()?;
    let found = abolition(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    visit.recent()?;
    let office = row(&visit, id).await?;
    let locale = visit.locale;
    let name = found.office.name.get(locale).to_owned();
    let cases = count_words(found.cases);
    let choices: Vec<Choice> =
        found.heirs.iter().map(|heir| Choice::new(heir.id.to_string(), heir.name.get(locale))).collect();
    let first = choices.first().map(|choice| choice.value.clone()).unwrap_or_default();
    let mut head = Sheet::new(text(locale, "org-abolish"), way_in(&visit, &office));
    head.lead = Some(with(locale, "org-abolish-lead", &[("office", name.into())]));
    sheet::show(&visit, head, move || {
        let rows = summary(vec![(text(locale, "org-open-cases"), cases)]);
        let form = match choices.is_empty() {
            true => view! { <Alert title=text(locale, "org-no-heir") kind=AlertKind::Warning/> }.into_any(),
            false => view! {
                <form method="post" action=format!("{}/abolish", path(id)) class="stack">
                    <RadioCards name="successor" legend=text(locale, "org-successor") choices value=first/>
                    <SubmitButton label=text(locale, "org-abolish-now") kind=ButtonKind::Danger/>
                </form>
            }
            .into_any(),
        };
        view! {
            <div class="desk-narrow stack">
                <SummaryList plain=true rows/>
                {form}
                <ButtonLink href=path(id) label=text(locale, "back") kind=ButtonKind::Quiet/>
            </div>
        }
        .into_any()
    })
    .await
}

pub(super) async fn abolish(
    visit: Visit,
    Path(id): Path<OfficeId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    let office = row(&visit, id).await?;
    let successor: OfficeId = typed(&answers, "successor").parse().map_err(|_| PageError::Conflict)?;
    let done = abolish_office(visit.backend(), visit.actor(), id, Some(successor)).await;
    done.map_err(|error| fail(&visit, error))?;
    let locale = visit.locale;
    let name = office_name(&office, locale);
    let mut head = Sheet::new(text(locale, "org-did-abolished"), way(&visit, &office));
    head.lead = Some(with(locale, "org-abolished-moving", &[("office", name.into())]));
    // Not a redirect: that its cases are on their way is told this once.
    sheet::show(&visit, head, move || {
        let href = path(successor);
        view! { <div><ButtonLink href label=text(locale, "org-to-successor") kind=ButtonKind::Secondary/></div> }
            .into_any()
    })
    .await
}
