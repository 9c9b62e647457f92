//! Loading the working days of a year that was announced after the program was made.

use domain::cases::{Calendar, CalendarError, CalendarYear};
use serde_json::json;
use storage::organisation::calendar_years;

use super::OrganisationError;
use super::open_office::note;
use crate::Backend;
use crate::identity::Actor;

/// Why a file of working days cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarFileError {
    #[error("not a calendar: {0}")]
    Toml(String),
    #[error("the file names no day")]
    Empty,
    #[error(transparent)]
    Days(#[from] CalendarError),
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
}

/// Keeps the working days of one year, as in `catalog/calendars`, and gives the year. Clocks are read anew by
/// [`crate::cases::reclock`].
pub async fn load_calendar(backend: &Backend, actor: &Actor, text: &str) -> Result<i16, CalendarFileError> {
    if !matches!(actor, Actor::System) {
        return Err(OrganisationError::from(crate::identity::Denied::Forbidden).into());
    }
    let days: CalendarYear = toml::from_str(text).map_err(|e| CalendarFileError::Toml(e.to_string()))?;
    let first = days.off.iter().chain(&days.working).next().ok_or(CalendarFileError::Empty)?;
    let year = first.year();
    Calendar::default().add(year, days.clone())?;
    let (actor, now) = (actor.clone(), backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                calendar_years::put(tx, year, &days, now).await?;
                let detail = json!({ "year": year, "off": days.off, "working": days.working });
                note(tx, &actor, "organisation.load_calendar", "calendar", uuid::Uuid::nil(), detail, now)?;
                Ok::<(), OrganisationError>(())
            })
        })
        .await?;
    backend.organisation.refresh(&backend.db).await.map_err(OrganisationError::from)?;
    Ok(year)
}
