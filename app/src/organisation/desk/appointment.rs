//! Putting somebody on a post, and ending that.

use axum::Form;
use axum::extract::Path;
use backend::identity::FieldError;
use backend::organisation::look::account_by_login;
use backend::organisation::{Appointing, OrganisationError, appoint, end_appointment};
use domain::ids::{AppointmentId, PostId};
use domain::time::{Timestamp, civil, plus_days};
use jiff::civil::Date;
use leptos::prelude::*;

use super::office::way_in;
use super::post::{found, post_path};
use super::sheet::{self, Asked, Sheet, again, done, fail, gathered, mistake};
use super::words::{self, title_of};
use crate::cases::desk::draft::{Typed, typed};
use crate::errors::PageError;
use crate::ui::{DateField, TextField};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "organisation-appoint";
const FIELDS: [&str; 4] = ["login", "ends-year", "ends-month", "ends-day"];

/// A day as it was typed in three parts; `None` when all are empty.
pub(super) fn day(answers: &Typed, field: &str) -> Result<Option<Date>, FieldError> {
    let parts = ["year", "month", "day"].map(|part| typed(answers, &format!("{field}-{part}")));
    if parts.iter().all(|part| part.is_empty()) {
        return Ok(None);
    }
    let number = |part: &str| part.parse::<i64>().ok();
    let numbers = (number(parts[0]), number(parts[1]), number(parts[2]));
    let day = match numbers {
        (Some(year @ 2000..=2999), Some(month), Some(day)) => civil(year, month, day),
        _ => None,
    };
    day.map(Some).ok_or_else(|| FieldError::new(field, "org-day"))
}

/// The end of a day.
pub(super) fn end_of(day: Date) -> Timestamp {
    plus_days(day, 1).map_or(Timestamp::MAX, Timestamp::start_of_day_in_china)
}

pub(super) async fn ask(visit: Visit, Path(id): Path<PostId>) -> PageResult {
    let found = found(&visit, id, None).await?;
    visit.recent()?;
    if !found.may_change {
        return Err(PageError::Forbidden);
    }
    let locale = visit.locale;
    let mut links = way_in(&visit, &found.office);
    links.push((post_path(id), title_of(&found.post, locale)));
    let mut head = Sheet::new(text(locale, "org-appoint"), links);
    head.lead = Some(text(locale, "org-appoint-lead"));
    let asked = Asked {
        form: FORM,
        subject: id.to_string(),
        action: format!("{}/appoint", post_path(id)),
        submit: "org-appoint",
        back: post_path(id),
    };
    sheet::form(&visit, head, asked, move |kept| {
        let t = |key: &str| text(locale, key);
        view! {
            <TextField name="login" label=t("org-login") hint=t("org-login-of-hint") value=kept.value("login") error=kept.error("login") maxlength=40 autocomplete="off"/>
            <DateField name="ends" label=t("org-until") hint=t("org-until-hint") year=kept.value("ends-year") month=kept.value("ends-month") day=kept.value("ends-day") error=kept.error("ends") optional=true/>
        }
        .into_any()
    })
    .await
}

pub(super) async fn make(
    visit: Visit,
    Path(id): Path<PostId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> PageResult {
    visit.staff()?;
    let answers = gathered(pairs);
    match try_to_make(&visit, id, &answers).await? {
        None => done(&visit, FORM, &format!("{}?did=appointed", post_path(id))).await,
        Some(error) => {
            let form = format!("{}/appoint", post_path(id));
            again(&visit, FORM, &id.to_string(), &answers, &FIELDS, error, &form).await
        }
    }
}

/// What is wrong with the form, if anything.
async fn try_to_make(visit: &Visit, post: PostId, answers: &Typed) -> Result<Option<FieldError>, PageError> {
    let (backend, actor) = (visit.backend(), visit.actor());
    let ends = match day(answers, "ends") {
        Ok(ends) => ends,
        Err(error) => return Ok(Some(error)),
    };
    let staff = match account_by_login(backend, actor, typed(answers, "login")).await {
        Ok(staff) => staff,
        Err(OrganisationError::NotFound) => return Ok(Some(FieldError::new("login", "org-no-account"))),
        Err(error) => return Err(fail(visit, error)),
    };
    let new = Appointing {
        post,
        staff,
        deputy_for: None,
        reason: None,
        starts_at: backend.now(),
        ends_at: ends.map(end_of),
    };
    match appoint(backend, actor, new).await {
        Ok(_) => Ok(None),
        // Both stand on the one field there is.
        Err(OrganisationError::SystemAndCases) => {
            Ok(Some(FieldError::new("login", "org-system-and-cases-of")))
        }
        Err(error) => mistake(visit, error).map(Some),
    }
}

pub(super) async fn confirm(visit: Visit, Path((post, id)): Path<(PostId, AppointmentId)>) -> PageResult {
    let found = found(&visit, post, None).await?;
    let locale = visit.locale;
    let line = found.history.lines.iter().find(|line| line.row.id == id).ok_or(PageError::NotFound)?;
    let mut links = way_in(&visit, &found.office);
    links.push((post_path(post), title_of(&found.post, locale)));
    let mut head = Sheet::new(text(locale, "org-end"), links);
    let name = words::who(line, locale);
    head.lead = Some(with(locale, "org-end-lead", &[("name", name.into())]));
    let rows = vec![
        (text(locale, "org-column-who"), words::who(line, locale)),
        (text(locale, "org-column-when"), words::period(line, locale)),
        (text(locale, "org-column-by"), words::by_whom(line, locale)),
    ];
    let action = format!("{}/end/{id}", post_path(post));
    sheet::confirm(&visit, head, rows, action, "org-end", post_path(post)).await
}

pub(super) async fn end(visit: Visit, Path((post, id)): Path<(PostId, AppointmentId)>) -> PageResult {
    visit.staff()?;
    end_appointment(visit.backend(), visit.actor(), id).await.map_err(|error| fail(&visit, error))?;
    done(&visit, FORM, &format!("{}?did=ended", post_path(post))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(parts: [&str; 3]) -> Typed {
        let names = ["ends-year", "ends-month", "ends-day"];
        names.into_iter().zip(parts).map(|(name, part)| (name.to_owned(), part.to_owned())).collect()
    }

    #[test]
    fn days_are_read_left_out_or_wrong() {
        assert_eq!(day(&answers(["", " ", ""]), "ends"), Ok(None));
        assert_eq!(day(&answers(["2026", "2", "28"]), "ends"), Ok(civil(2026, 2, 28)));
        for wrong in [["2026", "2", "30"], ["26", "2", "1"], ["2026", "", "1"], ["x", "2", "1"]] {
            assert_eq!(day(&answers(wrong), "ends"), Err(FieldError::new("ends", "org-day")), "{wrong:?}");
        }
        let last = civil(2026, 11, 30).unwrap();
        assert_eq!(words::last_day(end_of(last)), "2026-11-30");
    }
}
