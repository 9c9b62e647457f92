//! Limits on how often something may be tried, shared by all processes.
//!
//! Each key is a leaky bucket (GCRA): it holds `burst` drops, one leaks out every `interval`. One row, one guarded
//! statement, so that concurrent callers cannot take more than there is.

use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

/// `burst` at once, then one every `interval_seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub burst: i64,
    pub interval_seconds: i64,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Allowed,
    /// Refused, and nothing counted; the next is allowed at `retry_at`.
    Refused {
        retry_at: Timestamp,
    },
}

impl Limit {
    fn interval(self) -> i64 {
        self.interval_seconds * 1_000_000
    }

    /// When the next is allowed, given when the bucket is empty again.
    fn next(self, drained_at: i64) -> Timestamp {
        Timestamp::from_micros(drained_at - (self.burst - 1) * self.interval())
    }
}

statements! {
    TAKE = "INSERT INTO rate_limits (key, drained_at) VALUES ($1, CAST($2 AS BIGINT) + CAST($3 AS BIGINT))
        ON CONFLICT (key) DO UPDATE SET drained_at = CAST($3 AS BIGINT)
            + CASE WHEN rate_limits.drained_at > CAST($2 AS BIGINT) THEN rate_limits.drained_at
                   ELSE CAST($2 AS BIGINT) END
        WHERE rate_limits.drained_at <= CAST($4 AS BIGINT)
        RETURNING drained_at";
    FIND = "SELECT drained_at FROM rate_limits WHERE key = $1";
    GIVE_BACK = "UPDATE rate_limits SET drained_at = drained_at - CAST($2 AS BIGINT) WHERE key = $1";
    CLEAR = "DELETE FROM rate_limits WHERE key = $1";
    SWEEP = "DELETE FROM rate_limits WHERE key IN
        (SELECT key FROM rate_limits WHERE drained_at <= $1 ORDER BY drained_at LIMIT $2)";
}

/// Takes one from the bucket of `key` (a digest: no personal data), if there is one.
pub async fn take(tx: &mut Tx, key: &[u8], limit: Limit, now: Timestamp) -> Result<Taken, Error> {
    let now = now.as_micros();
    // Allowed while the bucket holds burst - 1 or less.
    let full = now + (limit.burst - 1) * limit.interval();
    match fetch_optional!(tx, (i64,), TAKE, key, now, limit.interval(), full)? {
        Some(_) => Ok(Taken::Allowed),
        None => {
            let drained = fetch_optional!(tx, (i64,), FIND, key)?.map_or(now, |(at,)| at);
            Ok(Taken::Refused { retry_at: limit.next(drained) })
        }
    }
}

/// What [`take`] would say, without taking.
pub async fn peek(tx: &mut Tx, key: &[u8], limit: Limit, now: Timestamp) -> Result<Taken, Error> {
    let drained = fetch_optional!(tx, (i64,), FIND, key)?.map_or(0, |(at,)| at);
    let retry_at = limit.next(drained);
    Ok(if retry_at <= now { Taken::Allowed } else { Taken::Refused { retry_at } })
}

/// Gives back one that was taken, as after a try that was no guess.
pub async fn give_back(tx: &mut Tx, key: &[u8], limit: Limit) -> Result<(), Error> {
    execute!(tx, GIVE_BACK, key, limit.interval()).map(drop)
}

/// Empties the bucket, as after a success.
pub async fn clear(tx: &mut Tx, key: &[u8]) -> Result<(), Error> {
    execute!(tx, CLEAR, key).map(drop)
}

/// Removes buckets that are empty, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now.as_micros(), limit)
}
