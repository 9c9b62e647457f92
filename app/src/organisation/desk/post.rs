//! A post with everybody who was on it; opening and closing one.

use axum::Form;
use axum::extract::{Path, Query};
use backend::organisation::look::{self, PostView};
use backend::organisation::{NewPost, close_post, open_post};
use domain::identity::Role;
use domain::ids::{OfficeId, PostId};
use domain::organisation::Scope;
use domain::text::Text;
use leptos::prelude::*;
use serde::Deserialize;

use super::office::{path, row, way_in};
use super::place::HOME;
use super::sheet::{self, Asked, Sheet, again, done, fail, gathered, mistake, summary};
use super::words::{self, office_name, roles, scope, title_of};
use crate::cases::desk::draft::typed;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, CheckboxCards, Choice, RadioCards, Section, SummaryList,
    TextField,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "organisation-post";
const FIELDS: [&str; 4] = ["zh", "en", "roles", "scope"];
/// Choices of what a post is for.
const OWN: &str = "own";
const ALL: &str = "all";

#[derive(Default, Deserialize)]
pub(super) struct Look {
    before: Option<String>,
    did: Option<String>,
}

pub(super) fn post_path(id: PostId) -> String {
    format!("{HOME}/posts/{id}")
}

pub(super) async fn found(visit: &Visit, id: PostId, before: Option<&str>) -> Result<PostView, PageError> {
    visit.staff()?;
    let before = before.and_then(words::before);
    let found = look::post(visit.backend(), visit.actor(), id, before).await;
    found.map_err(|error| fail(visit, error))
}

/// A post in rows.
pub(super) fn about(visit: &Visit, found: &PostView) -> Vec<(String, String)> {
    let (post, locale) = (&found.post, visit.locale);
    vec![
        (text(locale, "org-office"), office_name(&found.office, locale)),
        (text(locale, "org-roles"), roles(&post.roles, locale)),
        (text(locale, "org-scope"), scope(visit, post.department.as_deref(), post.region)),
    ]
}

pub(super) async fn show(visit: Visit, Path(id): Path<PostId>, Query(look): Query<Look>) -> PageResult {
    let found = found(&visit, id, look.before.as_deref()).await?;
    let (locale, now) = (visit.locale, visit.backend().now());
    let mut head = Sheet::new(title_of(&found.post, locale), way_in(&visit, &found.office));
    head.did = look.did;
    let about = about(&visit, &found);
    let closed = found.post.closed_at.map(|at| at.date_in_china().to_string());
    let may_change = found.may_change;
    let deep = look.before.is_some();
    // Whom an end can be put to.
    let on_it: Vec<(String, String)> = found
        .history
        .lines
        .iter()
        .filter(|line| may_change && line.row.over_at().is_none_or(|end| end > now))
        .map(|line| (line.row.id.to_string(), words::who(line, locale)))
        .collect();
    sheet::show(&visit, head, move || {
        let here = post_path(id);
        let closed = closed.map(|day| {
            view! { <Alert title=with(locale, "org-post-closed-on", &[("day", day.into())]) kind=AlertKind::Warning/> }
        });
        let acts = may_change.then(|| {
            view! {
                <div class="row">
                    <ButtonLink href=format!("{here}/appoint") label=text(locale, "org-appoint") small=true/>
                    <ButtonLink href=format!("{here}/close") label=text(locale, "org-close-post") kind=ButtonKind::Secondary small=true/>
                </div>
            }
        });
        let ends = on_it
            .into_iter()
            .map(|(appointment, who)| {
                let label = with(locale, "org-end-of", &[("name", who.into())]);
                view! { <ButtonLink href=format!("{here}/end/{appointment}") label kind=ButtonKind::Quiet small=true/> }
            })
            .collect_view();
        view! {
            {closed}
            <SummaryList plain=true rows=summary(about)/>
            {acts}
            <Section title=text(locale, "org-history")>
                <div class="stack">
                    {words::history(found.history.lines, found.history.next, &here, deep, now, locale)}
                    <div class="row">{ends}</div>
                </div>
            </Section>
        }
        .into_any()
    })
    .await
}

pub(super) async fn ask(visit: Visit, Path(id): Path<OfficeId>) -> PageResult {
    let office = row(&visit, id).await?;
    visit.recent()?;
    let locale = visit.locale;
    let scopes = look::scopes_for_post(visit.actor(), &office);
    let scopes: Vec<Choice> = scopes
        .iter()
        .map(|one| {
            let value = if one.department.is_some() { OWN } else { ALL };
            Choice::new(value, scope(&visit, one.department.as_deref(), one.region))
        })
        .collect();
    let asked = Asked {
        form: FORM,
        subject: id.to_string(),
        action: format!("{}/post", path(id)),
        submit: "org-open-post",
        back: path(id),
    };
    let mut head = Sheet::new(text(locale, "org-open-post"), way_in(&visit, &office));
    head.lead = Some(text(locale, "org-open-post-lead"));
    sheet::form(&visit, head, asked, move |kept| {
        let t = |key: &str| text(locale, key);
        let role = |role: Role| {
            let (label, hint) = (t(&format!("desk-role-{}", role.code())), t(&format!("org-role-{}", role.code())));
            Choice::new(role.code(), label).hint(hint)
        };
        let choices: Vec<Choice> = Role::ALL.into_iter().map(role).collect();
        let values: Vec<String> = kept.value("roles").split_whitespace().map(str::to_owned).collect();
        view! {
            <TextField name="zh" label=t("org-title-zh") value=kept.value("zh") error=kept.error("zh") maxlength=120/>
            <TextField name="en" label=t("org-title-en") value=kept.value("en") error=kept.error("en") maxlength=120/>
            <CheckboxCards name="roles" legend=t("org-roles") choices values error=kept.error("roles")/>
            <RadioCards name="scope" legend=t("org-scope") choices=scopes value=kept.or("scope", OWN) error=kept.error("scope")/>
        }
        .into_any()
    })
    .await
}

pub(super) async fn open(
    visit: Visit,
    Path(id): Path<OfficeId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    let office = row(&visit, id).await?;
    let answers = gathered(pairs);
    let department = (typed(&answers, "scope") != ALL).then(|| office.department.clone());
    let new = NewPost {
        office: id,
        title: Text::new(typed(&answers, "zh"), typed(&answers, "en")),
        roles: typed(&answers, "roles").split_whitespace().filter_map(Role::from_code).collect(),
        scope: Scope { department, region: office.region },
    };
    match open_post(visit.backend(), visit.actor(), new).await {
        Ok(post) => done(&visit, FORM, &format!("{}?did=post-opened", post_path(post))).await,
        Err(error) => {
            let error = mistake(&visit, error)?;
            let form = format!("{}/post", path(id));
            again(&visit, FORM, &id.to_string(), &answers, &FIELDS, error, &form).await
        }
    }
}

pub(super) async fn confirm(visit: Visit, Path(id): Path<PostId>) -> PageResult {
    let found = found(&visit, id, None).await?;
    visit.recent()?;
    if !found.may_change {
        return Err(PageError::Forbidden);
    }
    let locale = visit.locale;
    let mut head = Sheet::new(text(locale, "org-close-post"), way_in(&visit, &found.office));
    head.lead = Some(text(locale, "org-close-post-lead"));
    let mut rows = vec![(text(locale, "org-post"), title_of(&found.post, locale))];
    rows.extend(about(&visit, &found));
    sheet::confirm(&visit, head, rows, format!("{}/close", post_path(id)), "org-close-post", post_path(id))
        .await
}

pub(super) async fn close(visit: Visit, Path(id): Path<PostId>) -> PageResult {
    let found = found(&visit, id, None).await?;
    close_post(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    done(&visit, FORM, &format!("{}?did=post-closed", path(found.office.id))).await
}
