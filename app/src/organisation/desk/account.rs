//! An account: making one, a new password, a lost second factor, and its end.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::identity::{
    FormDraft, OneTimePassword, close_account, create_account, forget_draft, form_draft,
    give_password as give, keep_draft, take_second_factor,
};
use backend::organisation::look::{self, AccountView};
use domain::ids::{OfficeId, StaffId};
use leptos::prelude::*;
use serde::Deserialize;

use super::office::{path, row, way_in};
use super::place::HOME;
use super::sheet::{self, Asked, Crumbs, Sheet, again, done, fail, gathered, mistake, summary};
use super::words::{self, office_name};
use crate::cases::desk::draft::typed;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, Section, SubmitButton, SummaryList, TextField,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "organisation-account";
const FIELDS: [&str; 2] = ["login", "zh"];
/// A one-time password until it is noted, sealed in the session of who gave it.
const FRESH: &str = "organisation-password";

#[derive(Default, Deserialize)]
pub(super) struct Look {
    before: Option<String>,
    did: Option<String>,
}

fn account_path(id: StaffId) -> String {
    format!("{HOME}/accounts/{id}")
}

async fn found(visit: &Visit, id: StaffId, before: Option<&str>) -> Result<AccountView, PageError> {
    visit.staff()?;
    let before = before.and_then(words::before);
    let found = look::account(visit.backend(), visit.actor(), id, before).await;
    found.map_err(|error| fail(visit, error))
}

fn way(visit: &Visit, found: &AccountView) -> Crumbs {
    found.office.as_ref().map(|office| way_in(visit, office)).unwrap_or_default()
}

/// Keeps a one-time password until it is noted.
async fn keep_fresh(visit: &Visit, id: StaffId, password: &OneTimePassword) -> Result<(), PageError> {
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    let answers =
        [("subject".to_owned(), id.to_string()), ("password".to_owned(), password.as_str().to_owned())];
    let draft = FormDraft { answers: answers.into(), errors: Vec::new() };
    Ok(keep_draft(visit.backend(), viewer.session.id, FRESH, &draft).await?)
}

/// The one-time password of the account that was not noted yet; for who proved themself a short while ago.
async fn fresh(visit: &Visit, id: StaffId) -> Result<Option<String>, PageError> {
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    if !viewer.recent {
        return Ok(None);
    }
    let draft = form_draft(visit.backend(), viewer.session.id, FRESH).await?;
    let password = draft.get("password");
    Ok((draft.get("subject") == id.to_string() && !password.is_empty()).then(|| password.to_owned()))
}

pub(super) async fn show(visit: Visit, Path(id): Path<StaffId>, Query(look): Query<Look>) -> PageResult {
    let found = found(&visit, id, look.before.as_deref()).await?;
    let fresh = fresh(&visit, id).await?;
    let (locale, now) = (visit.locale, visit.backend().now());
    let account = &found.account;
    let mut head = Sheet::new(account.display_name.clone(), way(&visit, &found));
    head.did = look.did;
    let state = match (account.active, account.must_change) {
        (false, _) => "org-account-closed",
        (true, true) => "org-account-new",
        (true, false) => "org-account-open",
    };
    let home = found.office.as_ref().map(|office| office_name(office, locale)).unwrap_or_default();
    let about = vec![
        (text(locale, "org-login"), account.login.clone()),
        (text(locale, "org-office"), home),
        (text(locale, "org-account-state"), text(locale, state)),
    ];
    let may = [found.may_give_password, found.may_take_factor, found.may_close];
    let login = account.login.clone();
    let deep = look.before.is_some();
    sheet::show(&visit, head, move || {
        let here = account_path(id);
        let links = [
            ("password", "org-give-password"),
            ("second-factor", "org-take-factor"),
            ("close", "org-close-account"),
        ];
        let links = links
            .into_iter()
            .zip(may)
            .filter(|(_, may)| *may)
            .map(|((to, key), _)| {
                let (href, label) = (format!("{here}/{to}"), text(locale, key));
                view! { <ButtonLink href label kind=ButtonKind::Secondary small=true/> }
            })
            .collect_view();
        let action = here.clone();
        let fresh = fresh.map(|password| {
            let words = with(locale, "org-password-once", &[("login", login.into())]);
            view! {
                <Alert title=text(locale, "org-password-title") kind=AlertKind::Warning><p>{words}</p></Alert>
                <Card title=text(locale, "org-password")>
                    <p class="copy mono">{password}</p>
                    <form method="post" action=action>
                        <SubmitButton label=text(locale, "org-password-noted")/>
                    </form>
                </Card>
            }
        });
        view! {
            {fresh}
            <SummaryList plain=true rows=summary(about)/>
            <div class="row">{links}</div>
            <Section title=text(locale, "org-history")>
                {words::history(found.history.lines, found.history.next, &here, deep, now, locale)}
            </Section>
        }
        .into_any()
    })
    .await
}

/// The one-time password is noted: it is never shown again.
pub(super) async fn noted(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    visit.staff()?;
    let viewer = visit.viewer.as_deref().ok_or(PageError::Internal)?;
    forget_draft(visit.backend(), viewer.session.id, FRESH).await?;
    Ok(Redirect::to(&format!("{}?did=noted", account_path(id))).into_response())
}

pub(super) async fn ask(visit: Visit, Path(id): Path<OfficeId>) -> PageResult {
    let office = row(&visit, id).await?;
    visit.recent()?;
    let locale = visit.locale;
    let asked = Asked {
        form: FORM,
        subject: id.to_string(),
        action: format!("{}/account", path(id)),
        submit: "org-make-account",
        back: path(id),
    };
    let mut head = Sheet::new(text(locale, "org-make-account"), way_in(&visit, &office));
    head.lead = Some(text(locale, "org-make-account-lead"));
    sheet::form(&visit, head, asked, move |kept| {
        let t = |key: &str| text(locale, key);
        view! {
            <TextField name="login" label=t("org-login") hint=t("org-login-hint") value=kept.value("login") error=kept.error("login") maxlength=40 autocomplete="off"/>
            <TextField name="zh" label=t("org-person-name") hint=t("org-person-name-hint") value=kept.value("zh") error=kept.error("zh") maxlength=60 autocomplete="off"/>
        }
        .into_any()
    })
    .await
}

pub(super) async fn make(
    visit: Visit,
    Path(id): Path<OfficeId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    visit.staff()?;
    let answers = gathered(pairs);
    let (login, name) = (typed(&answers, "login"), typed(&answers, "zh"));
    match create_account(visit.backend(), visit.actor(), id, login, name).await {
        Ok((staff, password)) => {
            keep_fresh(&visit, staff, &password).await?;
            done(&visit, FORM, &format!("{}?did=made", account_path(staff))).await
        }
        Err(error) => {
            let error = mistake(&visit, error)?;
            let form = format!("{}/account", path(id));
            again(&visit, FORM, &id.to_string(), &answers, &FIELDS, error, &form).await
        }
    }
}

/// Asks once more before one of the acts on an account.
async fn confirm(
    visit: &Visit,
    id: StaffId,
    act: &str,
    key: &'static str,
    may: fn(&AccountView) -> bool,
) -> PageResult {
    let found = found(visit, id, None).await?;
    visit.recent()?;
    if !may(&found) {
        return Err(PageError::Forbidden);
    }
    let locale = visit.locale;
    let mut links = way(visit, &found);
    links.push((account_path(id), found.account.display_name.clone()));
    let mut head = Sheet::new(text(locale, key), links);
    head.lead = Some(text(locale, &format!("{key}-lead")));
    let rows = vec![
        (text(locale, "org-person-name"), found.account.display_name.clone()),
        (text(locale, "org-login"), found.account.login.clone()),
    ];
    sheet::confirm(visit, head, rows, format!("{}/{act}", account_path(id)), key, account_path(id)).await
}

pub(super) async fn confirm_password(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    confirm(&visit, id, "password", "org-give-password", |found| found.may_give_password).await
}

pub(super) async fn confirm_factor(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    confirm(&visit, id, "second-factor", "org-take-factor", |found| found.may_take_factor).await
}

pub(super) async fn confirm_close(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    confirm(&visit, id, "close", "org-close-account", |found| found.may_close).await
}

pub(super) async fn give_password(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    visit.staff()?;
    let password = give(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    keep_fresh(&visit, id, &password).await?;
    Ok(Redirect::to(&format!("{}?did=password", account_path(id))).into_response())
}

pub(super) async fn take_factor(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    visit.staff()?;
    take_second_factor(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    Ok(Redirect::to(&format!("{}?did=factor", account_path(id))).into_response())
}

pub(super) async fn close(visit: Visit, Path(id): Path<StaffId>) -> PageResult {
    visit.staff()?;
    close_account(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    Ok(Redirect::to(&format!("{}?did=closed", account_path(id))).into_response())
}
