//! The counters of one row, as both tables of them have them.

use domain::figures::{Counts, Days};

/// The columns.
macro_rules! columns {
    () => {
        "received, approved, refused, declined, withdrawn, lapsed, on_time, filled, typed, no_visit, documents,
        minutes, d00, d01, d02, d03, d04, d05, d06, d07, d08, d09, d10, d11, d12, d13, d14"
    };
}
pub(super) use columns;

/// Their sums, under the same names.
macro_rules! sums {
    () => {
        "CAST(sum(received) AS BIGINT) AS received, CAST(sum(approved) AS BIGINT) AS approved, CAST(sum(refused)
        AS BIGINT) AS refused, CAST(sum(declined) AS BIGINT) AS declined, CAST(sum(withdrawn) AS BIGINT) AS
        withdrawn, CAST(sum(lapsed) AS BIGINT) AS lapsed, CAST(sum(on_time) AS BIGINT) AS on_time,
        CAST(sum(filled) AS BIGINT) AS filled, CAST(sum(typed) AS BIGINT) AS typed, CAST(sum(no_visit) AS
        BIGINT) AS no_visit, CAST(sum(documents) AS BIGINT) AS documents, CAST(sum(minutes) AS BIGINT) AS
        minutes, CAST(sum(d00) AS BIGINT) AS d00, CAST(sum(d01) AS BIGINT) AS d01, CAST(sum(d02) AS BIGINT) AS
        d02, CAST(sum(d03) AS BIGINT) AS d03, CAST(sum(d04) AS BIGINT) AS d04, CAST(sum(d05) AS BIGINT) AS d05,
        CAST(sum(d06) AS BIGINT) AS d06, CAST(sum(d07) AS BIGINT) AS d07, CAST(sum(d08) AS BIGINT) AS d08,
        CAST(sum(d09) AS BIGINT) AS d09, CAST(sum(d10) AS BIGINT) AS d10, CAST(sum(d11) AS BIGINT) AS d11,
        CAST(sum(d12) AS BIGINT) AS d12, CAST(sum(d13) AS BIGINT) AS d13, CAST(sum(d14) AS BIGINT) AS d14"
    };
}
pub(super) use sums;

/// Adds what is inserted to what is there: `ON CONFLICT (…) DO UPDATE SET …`, for one table each.
macro_rules! add_to_figures {
    () => {
        "received = figures.received + excluded.received, approved = figures.approved + excluded.approved,
        refused = figures.refused + excluded.refused, declined = figures.declined + excluded.declined, withdrawn
        = figures.withdrawn + excluded.withdrawn, lapsed = figures.lapsed + excluded.lapsed, on_time =
        figures.on_time + excluded.on_time, filled = figures.filled + excluded.filled, typed = figures.typed +
        excluded.typed, no_visit = figures.no_visit + excluded.no_visit, documents = figures.documents +
        excluded.documents, minutes = figures.minutes + excluded.minutes, d00 = figures.d00 + excluded.d00, d01
        = figures.d01 + excluded.d01, d02 = figures.d02 + excluded.d02, d03 = figures.d03 + excluded.d03, d04 =
        figures.d04 + excluded.d04, d05 = figures.d05 + excluded.d05, d06 = figures.d06 + excluded.d06, d07 =
        figures.d07 + excluded.d07, d08 = figures.d08 + excluded.d08, d09 = figures.d09 + excluded.d09, d10 =
        figures.d10 + excluded.d10, d11 = figures.d11 + excluded.d11, d12 = figures.d12 + excluded.d12, d13 =
        figures.d13 + excluded.d13, d14 = figures.d14 + excluded.d14"
    };
}
pub(super) use add_to_figures;

macro_rules! add_to_days {
    () => {
        "received = figure_days.received + excluded.received, approved = figure_days.approved +
        excluded.approved, refused = figure_days.refused + excluded.refused, declined = figure_days.declined +
        excluded.declined, withdrawn = figure_days.withdrawn + excluded.withdrawn, lapsed = figure_days.lapsed +
        excluded.lapsed, on_time = figure_days.on_time + excluded.on_time, filled = figure_days.filled +
        excluded.filled, typed = figure_days.typed + excluded.typed, no_visit = figure_days.no_visit +
        excluded.no_visit, documents = figure_days.documents + excluded.documents, minutes = figure_days.minutes
        + excluded.minutes, d00 = figure_days.d00 + excluded.d00, d01 = figure_days.d01 + excluded.d01, d02 =
        figure_days.d02 + excluded.d02, d03 = figure_days.d03 + excluded.d03, d04 = figure_days.d04 +
        excluded.d04, d05 = figure_days.d05 + excluded.d05, d06 = figure_days.d06 + excluded.d06, d07 =
        figure_days.d07 + excluded.d07, d08 = figure_days.d08 + excluded.d08, d09 = figure_days.d09 +
        excluded.d09, d10 = figure_days.d10 + excluded.d10, d11 = figure_days.d11 + excluded.d11, d12 =
        figure_days.d12 + excluded.d12, d13 = figure_days.d13 + excluded.d13, d14 = figure_days.d14 +
        excluded.d14"
    };
}
pub(super) use add_to_days;

/// Executes a statement with some keys, and then the counters.
macro_rules! execute_counts {
    ($tx:expr, $statement:expr, $counts:expr, $($key:expr),+ $(,)?) => {{
        let c: &domain::figures::Counts = $counts;
        let d = &c.days.0;
        $crate::execute!(
            $tx, $statement, $($key),+, c.received, c.approved, c.refused, c.declined, c.withdrawn, c.lapsed, c.on_time,
            c.filled, c.typed, c.no_visit, c.documents, c.minutes, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8],
            d[9], d[10], d[11], d[12], d[13], d[14]
        )
    }};
}
pub(super) use execute_counts;

/// The counters as they are read.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub(super) struct CountsRow {
    received: i64,
    approved: i64,
    refused: i64,
    declined: i64,
    withdrawn: i64,
    lapsed: i64,
    on_time: i64,
    filled: i64,
    typed: i64,
    no_visit: i64,
    documents: i64,
    minutes: i64,
    d00: i64,
    d01: i64,
    d02: i64,
    d03: i64,
    d04: i64,
    d05: i64,
    d06: i64,
    d07: i64,
    d08: i64,
    d09: i64,
    d10: i64,
    d11: i64,
    d12: i64,
    d13: i64,
    d14: i64,
}

impl From<CountsRow> for Counts {
    fn from(row: CountsRow) -> Counts {
        let r = row;
        Counts {
            received: r.received,
            approved: r.approved,
            refused: r.refused,
            declined: r.declined,
            withdrawn: r.withdrawn,
            lapsed: r.lapsed,
            on_time: r.on_time,
            filled: r.filled,
            typed: r.typed,
            no_visit: r.no_visit,
            documents: r.documents,
            minutes: r.minutes,
            days: Days([
                r.d00, r.d01, r.d02, r.d03, r.d04, r.d05, r.d06, r.d07, r.d08, r.d09, r.d10, r.d11, r.d12,
                r.d13, r.d14,
            ]),
        }
    }
}
