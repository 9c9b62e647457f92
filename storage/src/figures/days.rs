//! Counters of the places of offices themselves, by day, department and service: what is exported.

use domain::figures::Counts;
use domain::organisation::region::RegionCode;

use super::row::{CountsRow, add_to_days, columns, execute_counts};
use crate::{Error, Tx, fetch_all, statements};

statements! {
    ADD = concat!("INSERT INTO figure_days (day, place, department, service_code, ", columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)
        ON CONFLICT (day, place, department, service_code) DO UPDATE SET ", add_to_days!());
    PAGE = concat!("SELECT place, department, service_code, ", columns!(), " FROM figure_days
        WHERE day = $1 AND place BETWEEN $2 AND $3 AND (place, department, service_code) > ($4, $5, $6)
        AND ($7 = '' OR department = $7) AND ($8 = '' OR service_code = $8)
        ORDER BY place, department, service_code LIMIT $9");
}

/// What an office did with cases of a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Office {
    pub place: RegionCode,
    pub department: String,
    pub service: String,
}

/// Adds to the counters of a day.
pub async fn add(tx: &mut Tx, day: &str, at: &Office, counts: &Counts) -> Result<(), Error> {
    execute_counts!(tx, ADD, counts, day, at.place, &at.department, &at.service).map(drop)
}

#[derive(sqlx::FromRow)]
struct Row {
    place: RegionCode,
    department: String,
    service_code: String,
    #[sqlx(flatten)]
    counts: CountsRow,
}

/// What is wanted of a day: a place and all within it; a department and a service, or all of them where empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub place: RegionCode,
    pub department: String,
    pub service: String,
}

/// The counters of one day after `after`, `limit` at most.
pub async fn page(
    tx: &mut Tx,
    wanted: &Wanted,
    day: &str,
    after: Option<&Office>,
    limit: i64,
) -> Result<Vec<(Office, Counts)>, Error> {
    let w = wanted;
    let (first, last) = w.place.range().into_inner();
    let (p, d, s) =
        after.map_or((0, "", ""), |a| (a.place.as_i64(), a.department.as_str(), a.service.as_str()));
    // The range begins where the page before ended: what was read is not walked over again.
    let first = first.max(p);
    let rows = fetch_all!(tx, Row, PAGE, day, first, last, p, d, s, &w.department, &w.service, limit)?;
    let office = |row: Row| {
        let at = Office { place: row.place, department: row.department, service: row.service_code };
        (at, row.counts.into())
    };
    Ok(rows.into_iter().map(office).collect())
}
