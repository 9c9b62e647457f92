//! Counters of a place with all within it, by day and by month.

use domain::figures::{Cell, Counts, Grain, Part, Period};
use domain::organisation::region::RegionCode;

use super::row::{CountsRow, add_to_figures, columns, execute_counts, sums};
use crate::{Error, Tx, fetch_all, statements};

/// Places below one place, and services of one place, that are read at most.
pub const MOST: i64 = 2_000;

statements! {
    ADD = concat!("INSERT INTO figures (place, department, service_code, grain, period, parent, ", columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
        ON CONFLICT (place, department, service_code, grain, period) DO UPDATE SET ", add_to_figures!());
    BY_DAY = concat!("SELECT period, ", columns!(), " FROM figures WHERE place = $1 AND department = $2
        AND service_code = $3 AND grain = 'day' AND period BETWEEN $4 AND $5 ORDER BY period LIMIT 400");
    BY_PLACE = concat!("SELECT place, ", sums!(), " FROM figures WHERE parent = $1 AND department = $2
        AND service_code = $3 AND grain = $4 AND period BETWEEN $5 AND $6 GROUP BY place ORDER BY place LIMIT $7");
    /// What is joined to a code keeps the key out of the plan, which has services in order, and each with all its days.
    BY_SERVICE = concat!("SELECT service_code || '' AS code, ", sums!(), " FROM figures WHERE place = $1 AND grain = $2
        AND period BETWEEN $3 AND $4 AND service_code <> '' AND ($5 = '' OR department = $5)
        GROUP BY service_code || '' LIMIT $6");
}

/// Adds to the counters of a cell in a day or month. Whoever adds to several takes them in their order, so that nobody waits
/// in a circle.
pub async fn add(tx: &mut Tx, cell: &Cell, grain: Grain, period: &str, counts: &Counts) -> Result<(), Error> {
    let parent = cell.place.parent();
    execute_counts!(
        tx,
        ADD,
        counts,
        cell.place,
        &cell.department,
        &cell.service,
        grain.code(),
        period,
        parent
    )
    .map(drop)
}

#[derive(sqlx::FromRow)]
struct DayRow {
    period: String,
    #[sqlx(flatten)]
    counts: CountsRow,
}

/// The counters of a cell on each day on which there are any; days as `2026-11-23`.
pub async fn by_day(tx: &mut Tx, cell: &Cell, period: &Period) -> Result<Vec<(String, Counts)>, Error> {
    let (from, through) = (period.from().to_string(), period.through().to_string());
    let rows = fetch_all!(tx, DayRow, BY_DAY, cell.place, &cell.department, &cell.service, from, through)?;
    Ok(rows.into_iter().map(|row| (row.period, row.counts.into())).collect())
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    place: RegionCode,
    #[sqlx(flatten)]
    counts: CountsRow,
}

/// The counters of the places right below that of a cell, for one [`Part`] of a period: those that have any.
pub async fn by_place(tx: &mut Tx, cell: &Cell, part: &Part) -> Result<Vec<(RegionCode, Counts)>, Error> {
    let (department, service, grain) = (&cell.department, &cell.service, part.grain.code());
    let rows = fetch_all!(
        tx,
        PlaceRow,
        BY_PLACE,
        cell.place,
        department,
        service,
        grain,
        &part.first,
        &part.last,
        MOST
    )?;
    Ok(rows.into_iter().map(|row| (row.place, row.counts.into())).collect())
}

#[derive(sqlx::FromRow)]
struct ServiceRow {
    code: String,
    #[sqlx(flatten)]
    counts: CountsRow,
}

/// The counters of each service at a place, in no order, of all departments or of one, for one [`Part`] of a period.
pub async fn by_service(
    tx: &mut Tx,
    place: RegionCode,
    department: &str,
    part: &Part,
) -> Result<Vec<(String, Counts)>, Error> {
    let grain = part.grain.code();
    let rows =
        fetch_all!(tx, ServiceRow, BY_SERVICE, place, grain, &part.first, &part.last, department, MOST)?;
    Ok(rows.into_iter().map(|row| (row.code, row.counts.into())).collect())
}
