//! One effect for a request that arrives twice.

use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_one, statements};

/// What is known about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Not seen before: do it, then [`finish`] in the same transaction.
    New,
    /// Done before, with this answer.
    Repeated { response: Vec<u8> },
    /// The key was used for a different request.
    Different,
}

#[derive(FromRow)]
struct Row {
    request_hash: Vec<u8>,
    response: Option<Vec<u8>>,
}

statements! {
    BEGIN = "INSERT INTO idempotency (scope, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (scope, key) DO NOTHING";
    FIND = "SELECT request_hash, response FROM idempotency WHERE scope = $1 AND key = $2";
    FINISH = "UPDATE idempotency SET response = $3 WHERE scope = $1 AND key = $2";
    SWEEP = "DELETE FROM idempotency WHERE (scope, key) IN
        (SELECT scope, key FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2)";
}

/// Claims `key` within `scope` (who and what, as `submit:<person>`). A second claim waits for the first one's
/// transaction and then sees its answer.
pub async fn begin(
    tx: &mut Tx,
    scope: &str,
    key: &str,
    request_hash: &[u8],
    now: Timestamp,
) -> Result<Request, Error> {
    if execute!(tx, BEGIN, scope, key, request_hash, now)? == 1 {
        return Ok(Request::New);
    }
    let row = fetch_one!(tx, Row, FIND, scope, key)?;
    Ok(match row.response {
        Some(response) if row.request_hash == request_hash => Request::Repeated { response },
        _ => Request::Different,
    })
}

/// Keeps the answer (sealed when it holds personal data) for the next time.
pub async fn finish(tx: &mut Tx, scope: &str, key: &str, response: &[u8]) -> Result<(), Error> {
    execute!(tx, FINISH, scope, key, response).map(drop)
}

/// Removes what was claimed by `before`, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, before, limit)
}
