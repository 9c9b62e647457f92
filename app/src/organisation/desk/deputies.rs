//! 代岗: handing one's post to a colleague for a while, what was given and taken, and ending it early.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::identity::FieldError;
use backend::organisation::{
    Chronicle, Deputies, HeldPost, Member, OrganisationError, colleagues, deputies, end_appointment,
    hand_over as hand,
};
use domain::ids::{AppointmentId, PostId};
use domain::organisation::giving::LONGEST_DEPUTY_DAYS;
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::appointment::{day, end_of};
use super::sheet::{self, Sheet, again, done, fail, gathered, mistake};
use super::words;
use crate::cases::desk::draft::{self, Typed, typed};
use crate::cases::desk::frame::Spot;
use crate::errors::PageError;
use crate::ui::{
    ButtonKind, ButtonLink, Choice, DateField, EmptyState, ErrorSummary, IconName, List, ListRow, RadioCards,
    Section, SelectField, SubmitButton, Tag, TextArea, TextField, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "deputies";
const SUBJECT: &str = "own";
const PAGE: &str = "/staff/deputies";
const FIELDS: [&str; 10] = [
    "post",
    "login",
    "other",
    "reason",
    "starts-year",
    "starts-month",
    "starts-day",
    "ends-year",
    "ends-month",
    "ends-day",
];

#[derive(Default, Deserialize)]
pub(super) struct Look {
    did: Option<String>,
}

fn head(locale: Locale, did: Option<String>) -> Sheet {
    let me = ("/staff/me".to_owned(), text(locale, "desk-me"));
    let mut head = Sheet::new(text(locale, "deputies-title"), vec![me]);
    head.spot = Spot::Me;
    head.lead = Some(with(locale, "deputies-lead", &[("n", LONGEST_DEPUTY_DAYS.into())]));
    head.did = did;
    head
}

pub(super) async fn show(visit: Visit, Query(look): Query<Look>) -> PageResult {
    visit.staff()?;
    let (backend, actor) = (visit.backend(), visit.actor());
    let Deputies { own, given, taken } =
        deputies(backend, actor).await.map_err(|error| fail(&visit, error))?;
    let mut members: Vec<Member> = Vec::new();
    for post in &own {
        let some = colleagues(backend, actor, post.post).await.map_err(|error| fail(&visit, error))?;
        members.extend(some);
    }
    members.sort_by(|a, b| a.login.cmp(&b.login));
    members.dedup();
    let kept = draft::of(&visit, FORM, SUBJECT).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (locale, now) = (visit.locale, backend.now());
    sheet::show(&visit, head(locale, look.did), move || {
        let form = match own.is_empty() {
            true => view! { <p>{text(locale, "deputies-no-post")}</p> }.into_any(),
            false => form(own, members, &kept, errors, locale),
        };
        view! {
            <Section title=text(locale, "deputies-hand-over")>{form}</Section>
            <Section title=text(locale, "deputies-given")>{lines(given, true, now, locale)}</Section>
            <Section title=text(locale, "deputies-taken")>{lines(taken, false, now, locale)}</Section>
        }
        .into_any()
    })
    .await
}

fn form(
    own: Vec<HeldPost>,
    members: Vec<Member>,
    kept: &backend::identity::FormDraft,
    errors: Vec<crate::ui::ErrorLink>,
    locale: Locale,
) -> AnyView {
    let t = |key: &str| text(locale, key);
    let value = |field: &str| kept.get(field).to_owned();
    let error = |field: &str| draft::at(&errors, field);
    let only = own.first().map(|post| post.post.to_string()).unwrap_or_default();
    let posts: Vec<Choice> = own
        .iter()
        .map(|post| {
            let name = format!("{} · {}", post.office.name.get(locale), post.title.get(locale));
            Choice::new(post.post.to_string(), name)
        })
        .collect();
    let members: Vec<Choice> = members
        .into_iter()
        .map(|member| {
            let name = format!("{}（{}）", member.display_name, member.login);
            Choice::new(member.login, name)
        })
        .collect();
    let post = if kept.get("post").is_empty() { only } else { value("post") };
    let (login_error, other_error) = (error("login"), error("other"));
    let (starts_error, ends_error, reason_error, post_error) =
        (error("starts"), error("ends"), error("reason"), error("post"));
    view! {
        <form class="form card stack desk-narrow" method="post" action=PAGE novalidate=true>
            <ErrorSummary title=t("error-summary-title") errors/>
            <RadioCards name="post" legend=t("deputies-post") choices=posts value=post error=post_error/>
            <SelectField name="login" label=t("deputies-colleague") hint=t("deputies-colleague-hint") choices=members prompt=t("org-choose") value=value("login") error=login_error/>
            <TextField name="other" label=t("deputies-other") hint=t("deputies-other-hint") value=value("other") error=other_error optional=true maxlength=40 autocomplete="off"/>
            <DateField name="starts" label=t("deputies-from") year=value("starts-year") month=value("starts-month") day=value("starts-day") error=starts_error/>
            <DateField name="ends" label=t("deputies-to") hint=t("deputies-to-hint") year=value("ends-year") month=value("ends-month") day=value("ends-day") error=ends_error/>
            <TextArea name="reason" label=t("deputies-reason") hint=t("deputies-reason-hint") value=value("reason") error=reason_error rows=2 maxlength=200/>
            <SubmitButton label=t("deputies-hand-over")/>
        </form>
    }
    .into_any()
}

/// What was handed over, to whom or by whom.
fn lines(lines: Vec<Chronicle>, given: bool, now: Timestamp, locale: Locale) -> AnyView {
    if lines.is_empty() {
        let words = text(locale, if given { "deputies-given-none" } else { "deputies-taken-none" });
        return view! { <EmptyState title=words icon=IconName::UserCheck tone=Tone::Slate/> }.into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let (label, tone) = words::standing(&line, now, locale);
            let open = line.row.over_at().is_none_or(|end| end > now) && line.closed_at.is_none();
            let end = format!("{PAGE}/{}/end", line.row.id);
            let office = Text::new(&*line.name_zh, &*line.name_en).get(locale).to_owned();
            let title = Text::new(&*line.title_zh, &*line.title_en).get(locale).to_owned();
            let note = format!("{office} · {title} · {}", words::period(&line, locale));
            let more = format!("{} · {}", line.row.reason.clone().unwrap_or_default(), words::by_whom(&line, locale));
            let tags = view! { <Tag label tone/> }.into_any();
            let beside = open.then(|| {
                view! { <ButtonLink href=end label=text(locale, "deputies-end") kind=ButtonKind::Quiet small=true/> }
                    .into_any()
            });
            view! { <ListRow title=words::who(&line, locale) note more tags beside/> }
        })
        .collect_view();
    view! { <List>{rows}</List> }.into_any()
}

pub(super) async fn hand_over(visit: Visit, Form(pairs): Form<Vec<(String, String)>>) -> PageResult {
    visit.staff()?;
    let answers = gathered(pairs);
    match try_to_hand_over(&visit, &answers).await {
        Ok(None) => done(&visit, FORM, &format!("{PAGE}?did=handed-over")).await,
        Ok(Some(error)) => again(&visit, FORM, SUBJECT, &answers, &FIELDS, error, PAGE).await,
        // A post is not repeated after signing in: the draft is, on the form.
        Err(PageError::ReauthenticationNeeded { .. }) => {
            draft::keep(&visit, FORM, SUBJECT, &answers, &FIELDS, Vec::new()).await?;
            Err(PageError::ReauthenticationNeeded { next: PAGE.into() })
        }
        Err(error) => Err(error),
    }
}

/// What is wrong with the form, if anything.
async fn try_to_hand_over(visit: &Visit, answers: &Typed) -> Result<Option<FieldError>, PageError> {
    let wrong = |field: &str, code: &str| Ok(Some(FieldError::new(field, code)));
    let Ok(post) = typed(answers, "post").parse::<PostId>() else { return wrong("post", "deputies-post") };
    let (other, chosen) = (typed(answers, "other"), typed(answers, "login"));
    let login = if other.is_empty() { chosen } else { other };
    if login.is_empty() {
        return wrong("login", "deputies-colleague");
    }
    let (starts, ends) = match (day(answers, "starts"), day(answers, "ends")) {
        (Err(error), _) | (_, Err(error)) => return Ok(Some(error)),
        (Ok(None), _) => return wrong("starts", "org-day"),
        (_, Ok(None)) => return wrong("ends", "org-day"),
        (Ok(Some(starts)), Ok(Some(ends))) => (starts, ends),
    };
    let now = visit.backend().now();
    if starts < now.date_in_china() {
        return wrong("starts", "deputies-past");
    }
    let (from, until) = (Timestamp::start_of_day_in_china(starts), end_of(ends));
    let done = hand(visit.backend(), visit.actor(), post, login, from, until, typed(answers, "reason")).await;
    let field = if other.is_empty() { "login" } else { "other" };
    match done {
        Ok(_) => Ok(None),
        Err(OrganisationError::SystemAndCases) => wrong(field, "org-system-and-cases-of"),
        Err(error) => {
            let mut error = mistake(visit, error)?;
            if error.field == "login" {
                error.field = field.to_owned();
            }
            Ok(Some(error))
        }
    }
}

/// Asks once more before a deputy's time ends early.
pub(super) async fn confirm(visit: Visit, Path(id): Path<AppointmentId>) -> PageResult {
    visit.staff()?;
    let found = deputies(visit.backend(), visit.actor()).await.map_err(|error| fail(&visit, error))?;
    let line = found.given.into_iter().chain(found.taken).find(|line| line.row.id == id);
    let line = line.ok_or(PageError::NotFound)?;
    let locale = visit.locale;
    let mut head = head(locale, None);
    head.title = text(locale, "deputies-end");
    head.lead = Some(text(locale, "deputies-end-lead"));
    head.crumbs.push((PAGE.to_owned(), text(locale, "deputies-title")));
    let rows = vec![
        (text(locale, "org-column-who"), words::who(&line, locale)),
        (text(locale, "org-column-when"), words::period(&line, locale)),
        (text(locale, "org-column-reason"), line.row.reason.clone().unwrap_or_default()),
    ];
    sheet::confirm(&visit, head, rows, format!("{PAGE}/{id}/end"), "deputies-end", PAGE.to_owned()).await
}

pub(super) async fn end(visit: Visit, Path(id): Path<AppointmentId>) -> PageResult {
    visit.staff()?;
    end_appointment(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    Ok(Redirect::to(&format!("{PAGE}?did=ended")).into_response())
}
