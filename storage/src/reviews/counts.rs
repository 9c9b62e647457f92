//! Counters of reviews by department, service, place, month and grade; and of tags.

use domain::reviews::Grade;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_all, statements};

statements! {
    GIVEN = "INSERT INTO review_counts (department, service_code, place, month, grade, given, answered, in_time)
             VALUES ($1, $2, $3, $4, $5, 1, 0, 0)
             ON CONFLICT (department, service_code, place, month, grade)
             DO UPDATE SET given = review_counts.given + 1";
    TAGGED = "INSERT INTO review_tag_counts (department, service_code, place, month, tag, given)
              VALUES ($1, $2, $3, $4, $5, 1)
              ON CONFLICT (department, service_code, place, month, tag)
              DO UPDATE SET given = review_tag_counts.given + 1";
    ANSWERED = "UPDATE review_counts SET answered = answered + 1, in_time = in_time + $6
                WHERE department = $1 AND service_code = $2 AND place = $3 AND month = $4 AND grade = $5";
    PAGE = "SELECT department, service_code, place, month, grade, given, answered, in_time FROM review_counts
            WHERE (department, service_code, place, month, grade) > ($1, $2, $3, $4, $5)
            ORDER BY department, service_code, place, month, grade LIMIT $6";
    TAG_PAGE = "SELECT department, service_code, place, month, tag, given FROM review_tag_counts
                WHERE (department, service_code, place, month, tag) > ($1, $2, $3, $4, $5)
                ORDER BY department, service_code, place, month, tag LIMIT $6";
}

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub department: String,
    pub service_code: String,
    pub place: i64,
    /// `2026-11`
    pub month: String,
}

/// One counter.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Count {
    pub department: String,
    pub service_code: String,
    pub place: i64,
    pub month: String,
    pub grade: i64,
    pub given: i64,
    pub answered: i64,
    pub in_time: i64,
}

/// One counter of a tag.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct TagCount {
    pub department: String,
    pub service_code: String,
    pub place: i64,
    pub month: String,
    pub tag: String,
    pub given: i64,
}

/// Counts a review with its tags.
pub async fn given(tx: &mut Tx, cell: &Cell, grade: Grade, tags: &[&str]) -> Result<(), Error> {
    let c = cell;
    execute!(tx, GIVEN, &c.department, &c.service_code, c.place, &c.month, grade.number())?;
    // Everybody locks them in one order.
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    for tag in tags {
        execute!(tx, TAGGED, &c.department, &c.service_code, c.place, &c.month, tag)?;
    }
    Ok(())
}

/// Counts that a bad review of the cell was answered.
pub async fn answered(tx: &mut Tx, cell: &Cell, grade: Grade, in_time: bool) -> Result<(), Error> {
    let c = cell;
    let in_time = i64::from(in_time);
    execute!(tx, ANSWERED, &c.department, &c.service_code, c.place, &c.month, grade.number(), in_time)
        .map(drop)
}

/// Counters after `after`, `limit` at most; with `None` from the first.
pub async fn page(tx: &mut Tx, after: Option<&Count>, limit: i64) -> Result<Vec<Count>, Error> {
    let (d, s, p, m, g) = after.map_or(("", "", i64::MIN, "", 0), |c| {
        (c.department.as_str(), c.service_code.as_str(), c.place, c.month.as_str(), c.grade)
    });
    fetch_all!(tx, Count, PAGE, d, s, p, m, g, limit)
}

/// Counters of tags after `after`, `limit` at most; with `None` from the first.
pub async fn tag_page(tx: &mut Tx, after: Option<&TagCount>, limit: i64) -> Result<Vec<TagCount>, Error> {
    let (d, s, p, m, t) = after.map_or(("", "", i64::MIN, "", ""), |c| {
        (c.department.as_str(), c.service_code.as_str(), c.place, c.month.as_str(), c.tag.as_str())
    });
    fetch_all!(tx, TagCount, TAG_PAGE, d, s, p, m, t, limit)
}
