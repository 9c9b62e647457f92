//! Why cases were refused or not accepted.

use domain::figures::{Grain, Part};
use domain::organisation::region::RegionCode;

use crate::{Error, Tx, execute, fetch_all, statements};

/// Reasons that are read at most.
const MOST: i64 = 2_000;

statements! {
    ADD = "INSERT INTO figure_reasons (place, grain, period, department, service_code, reason, n)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (place, grain, period, department, service_code, reason)
        DO UPDATE SET n = figure_reasons.n + excluded.n";
    OF_PLACE = "SELECT service_code, reason, CAST(sum(n) AS BIGINT) AS n FROM figure_reasons
        WHERE place = $1 AND grain = $2 AND period BETWEEN $3 AND $4 AND ($5 = '' OR department = $5)
        AND ($6 = '' OR service_code = $6) GROUP BY service_code, reason
        ORDER BY n DESC, service_code, reason LIMIT $7";
}

/// A reason of a service, at a place with all within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    pub place: RegionCode,
    pub department: String,
    pub service: String,
    /// Id of one of the definition's reasons; `words` for own words, `rules` where the rules refused.
    pub reason: String,
}

/// Counts a reason in a day or month.
pub async fn add(tx: &mut Tx, why: &Why, grain: Grain, period: &str, n: i64) -> Result<(), Error> {
    execute!(tx, ADD, why.place, grain.code(), period, &why.department, &why.service, &why.reason, n)
        .map(drop)
}

/// How often a reason of a service was given.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Given {
    pub service_code: String,
    pub reason: String,
    pub n: i64,
}

/// Reasons at a place for one [`Part`] of a period, the most frequent first; department and service, or all of them where
/// empty.
pub async fn of_place(
    tx: &mut Tx,
    place: RegionCode,
    department: &str,
    service: &str,
    part: &Part,
) -> Result<Vec<Given>, Error> {
    let grain = part.grain.code();
    fetch_all!(tx, Given, OF_PLACE, place, grain, &part.first, &part.last, department, service, MOST)
}
