//! Status lists of departments: which places are given away, and which lists changed.
//!
//! A department has several open lists. A transaction takes its place in any that no other transaction holds, so that
//! approvals commit side by side on PostgreSQL; SQLite has one writer and fills one list after the other. A full list is
//! closed and followed by a new one.

use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// Lists of a department that are open at the same time. They are numbered from 0; `number + LANES` follows `number`.
const LANES: i64 = 16;
/// Places of one list: two bits each in the longest list that verifiers read.
pub const PLACES: i64 = 4 << 20;

statements! {
    MAKE = "WITH lanes (number) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14),
            (15))
        INSERT INTO status_lists (department, number, is_open, next_place, changes)
        SELECT $1, number, TRUE, 0, 0 FROM lanes WHERE TRUE ON CONFLICT DO NOTHING";
    TAKE for Sqlite = "UPDATE status_lists SET next_place = next_place + 1
        WHERE department = $1
            AND number = (SELECT min(number) FROM status_lists WHERE department = $1 AND is_open)
        RETURNING number, next_place - 1 AS place";
    TAKE_FREE_POSTGRES for Postgres = "WITH free AS MATERIALIZED (
            SELECT number FROM status_lists WHERE department = $1 AND is_open
            ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE status_lists SET next_place = next_place + 1
        WHERE department = $1 AND number = (SELECT number FROM free)
        RETURNING number, next_place - 1 AS place";
    TAKE_POSTGRES for Postgres = "UPDATE status_lists SET next_place = next_place + 1
        WHERE department = $1 AND number % 16 = $2 AND is_open RETURNING number, next_place - 1 AS place";
    CLOSE = "UPDATE status_lists SET is_open = FALSE, next_place = $3 WHERE department = $1 AND number = $2";
    OPEN = "INSERT INTO status_lists (department, number, is_open, next_place, changes) VALUES ($1, $2, TRUE, 1, 0)";
    CHANGED = "UPDATE status_lists SET changes = changes + 1 WHERE department = $1 AND number = $2";
    STATE = "SELECT changes,
            (SELECT min(number) FROM status_lists WHERE department = $1 AND number > $2 AND next_place > 0) AS next
        FROM status_lists WHERE department = $1 AND number = $2 AND next_place > 0";
}

/// A place in the lists of a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Number of the list.
    pub list: i64,
    /// Index in it, below [`PLACES`].
    pub index: i64,
}

impl Place {
    /// As certificates keep it: the places of all lists of the department in one row, list after list.
    pub fn number(self) -> i64 {
        self.list * PLACES + self.index
    }

    /// The place with this [`number`](Place::number).
    pub fn at(number: i64) -> Place {
        Place { list: number / PLACES, index: number % PLACES }
    }
}

/// What tells whether a list is still as it was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct State {
    /// Grows with every change of a standing.
    pub changes: i64,
    /// Number of the next list of the department that has certificates.
    pub next: Option<i64>,
}

#[derive(FromRow)]
struct Taken {
    number: i64,
    place: i64,
}

/// Takes the next place for a certificate of `department`, counted in the order of issue; which place of the list that
/// is, is decided above this layer. Concurrent transactions get different ones and seldom wait for each
/// other; `hint`, any number, spreads those that have to.
pub async fn take_place(tx: &mut Tx, department: &str, hint: i64) -> Result<Place, Error> {
    let Taken { number, place } = match take_free(tx, department).await? {
        Some(taken) => taken,
        None => {
            // The first certificate of the department; or all of its lists are held at this instant.
            execute!(tx, MAKE, department)?;
            match take_free(tx, department).await? {
                Some(taken) => taken,
                None => wait_for_one(tx, department, hint).await?,
            }
        }
    };
    if place < PLACES {
        return Ok(Place { list: number, index: place });
    }
    // Full. Whoever finds out holds the list, so that only one follows it.
    execute!(tx, CLOSE, department, number, PLACES)?;
    execute!(tx, OPEN, department, number + LANES)?;
    Ok(Place { list: number + LANES, index: 0 })
}

async fn take_free(tx: &mut Tx, department: &str) -> Result<Option<Taken>, Error> {
    let statement = if tx.is_postgres() { TAKE_FREE_POSTGRES } else { TAKE };
    fetch_optional!(tx, Taken, statement, department)
}

/// A list that was awaited may be closed by then; the one that follows is there at the next look.
async fn wait_for_one(tx: &mut Tx, department: &str, hint: i64) -> Result<Taken, Error> {
    let lane = hint.rem_euclid(LANES);
    for _ in 0..3 {
        if let Some(taken) = fetch_optional!(tx, Taken, TAKE_POSTGRES, department, lane)? {
            return Ok(taken);
        }
    }
    Err(Error::NotFound)
}

/// Notes that a standing in a list changed: what was published of it holds no more.
pub(super) async fn changed(tx: &mut Tx, department: &str, list: i64) -> Result<(), Error> {
    execute!(tx, CHANGED, department, list).map(drop)
}

/// How a list stands; `None` when no certificate has a place in it.
pub async fn state(tx: &mut Tx, department: &str, list: i64) -> Result<Option<State>, Error> {
    fetch_optional!(tx, State, STATE, department, list)
}
