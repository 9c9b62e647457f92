//! What the State Council announced of a year's working days, loaded after the program was made.

use domain::cases::CalendarYear;
use domain::time::Timestamp;
use sqlx::types::Json;

use super::generation;
use crate::{Error, Tx, execute, fetch_all, statements};

statements! {
    PUT = "INSERT INTO calendar_years (year, days, loaded_at) VALUES ($1, $2, $3)
        ON CONFLICT (year) DO UPDATE SET days = excluded.days, loaded_at = excluded.loaded_at";
    ALL = "SELECT year, days FROM calendar_years ORDER BY year LIMIT 500";
}

/// Keeps a year, or replaces it.
pub async fn put(tx: &mut Tx, year: i16, days: &CalendarYear, now: Timestamp) -> Result<(), Error> {
    execute!(tx, PUT, i64::from(year), Json(days), now)?;
    generation::count(tx).await
}

/// All years that were loaded.
pub async fn all(tx: &mut Tx) -> Result<Vec<(i64, CalendarYear)>, Error> {
    let rows = fetch_all!(tx, (i64, Json<CalendarYear>), ALL)?;
    Ok(rows.into_iter().map(|(year, days)| (year, days.0)).collect())
}
