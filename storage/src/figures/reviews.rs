//! Reviews of a place with all within it, added up from the counters of `reviews::counts`.

use domain::figures::{Cell, cells};
use domain::organisation::region::RegionCode;

use crate::{Error, Tx, execute, fetch_all, statements};

statements! {
    TO_ADD = "SELECT department, service_code, place, month, grade, given, answered, in_time, given_added, answered_added,
        in_time_added FROM review_counts WHERE given <> given_added OR answered <> answered_added
        OR in_time <> in_time_added ORDER BY department, service_code, place, month, grade LIMIT $1";
    ADDED = "UPDATE review_counts SET given_added = $6, answered_added = $7, in_time_added = $8
        WHERE department = $1 AND service_code = $2 AND place = $3 AND month = $4 AND grade = $5
        AND given_added = $9 AND answered_added = $10 AND in_time_added = $11";
    ADD = "INSERT INTO figure_reviews (place, department, service_code, month, grade, given, answered, in_time)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (place, department, service_code, month, grade)
        DO UPDATE SET given = figure_reviews.given + excluded.given,
        answered = figure_reviews.answered + excluded.answered, in_time = figure_reviews.in_time + excluded.in_time";
    OF_CELL = "SELECT grade, CAST(sum(given) AS BIGINT) AS given, CAST(sum(answered) AS BIGINT) AS answered,
        CAST(sum(in_time) AS BIGINT) AS in_time FROM figure_reviews WHERE place = $1 AND department = $2
        AND service_code = $3 AND month BETWEEN $4 AND $5 GROUP BY grade ORDER BY grade LIMIT 10";
}

/// A counter of reviews that has grown since it was added up, and how much of it was.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Grown {
    pub department: String,
    pub service_code: String,
    pub place: i64,
    pub month: String,
    pub grade: i64,
    pub given: i64,
    pub answered: i64,
    pub in_time: i64,
    pub given_added: i64,
    pub answered_added: i64,
    pub in_time_added: i64,
}

/// Counters that have grown.
pub async fn to_add(tx: &mut Tx, limit: i64) -> Result<Vec<Grown>, Error> {
    fetch_all!(tx, Grown, TO_ADD, limit)
}

/// Adds what a counter has grown by to its place and those above it. `false` when somebody else did meanwhile.
pub async fn add(tx: &mut Tx, grown: &Grown) -> Result<bool, Error> {
    let g = grown;
    let marked = execute!(
        tx,
        ADDED,
        &g.department,
        &g.service_code,
        g.place,
        &g.month,
        g.grade,
        g.given,
        g.answered,
        g.in_time,
        g.given_added,
        g.answered_added,
        g.in_time_added
    )?;
    if marked == 0 {
        return Ok(false);
    }
    // Reviews of before there were places are of none.
    let Ok(place) = RegionCode::from_i64(g.place) else { return Ok(true) };
    let (given, answered, in_time) =
        (g.given - g.given_added, g.answered - g.answered_added, g.in_time - g.in_time_added);
    let mut cells: Vec<Cell> = cells(place, &g.department, &g.service_code);
    cells.sort();
    for c in &cells {
        execute!(tx, ADD, c.place, &c.department, &c.service, &g.month, g.grade, given, answered, in_time)?;
    }
    Ok(true)
}

/// Reviews of one grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OfGrade {
    pub grade: i64,
    pub given: i64,
    pub answered: i64,
    pub in_time: i64,
}

/// Reviews of a cell in some months, the lowest grade first.
pub async fn of_cell(tx: &mut Tx, cell: &Cell, months: (&str, &str)) -> Result<Vec<OfGrade>, Error> {
    fetch_all!(tx, OfGrade, OF_CELL, cell.place, &cell.department, &cell.service, months.0, months.1)
}
