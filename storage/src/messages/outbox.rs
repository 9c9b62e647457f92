//! Effects that must leave: enqueued in the transaction that causes them, leased by workers of any process, tried
//! until done or buried.
//!
//! A message is delivered at least once: a worker can stop between the effect and [`complete`]. Receivers get the
//! message's id as their idempotency key.

use domain::ids::{OutboxId, PersonId};
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// The largest number that [`backlog`] counts to.
pub const COUNTED: i64 = 10_000;

/// Before the newest message that was given up, for [`dead`].
pub const NEWEST: (Timestamp, OutboxId) = (Timestamp::MAX, OutboxId(uuid::Uuid::max()));

/// A message to send out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    pub id: OutboxId,
    /// Which worker takes it, as `sms`.
    pub topic: &'static str,
    /// Unique in its topic: the same cause enqueues once.
    pub key: String,
    /// Sealed when it holds personal data.
    pub payload: Vec<u8>,
    pub created_at: Timestamp,
    /// Not before.
    pub available_at: Timestamp,
}

/// A message in the hands of one worker, until `leased_until`.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Leased {
    pub id: OutboxId,
    pub topic: String,
    pub key: String,
    pub payload: Vec<u8>,
    pub created_at: Timestamp,
    pub leased_until: Timestamp,
    /// 1 at the first try. Also proves the lease: a later lease has a larger one.
    pub attempts: i64,
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Dead {
    pub id: OutboxId,
    pub topic: String,
    pub key: String,
    pub created_at: Timestamp,
    pub dead_at: Timestamp,
    /// When its content was erased; from then on it cannot be tried again.
    pub erased_at: Option<Timestamp>,
    pub attempts: i64,
    /// Code of the last failure.
    pub last_error: Option<String>,
}

/// How much waits in a topic; numbers are counted to [`COUNTED`] at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Waiting or leased.
    pub pending: i64,
    /// Given up, and can still be tried again.
    pub dead: i64,
    /// When the longest waiting of the pending was added: tries that fail do not move it. Of more than [`COUNTED`], of
    /// those that are due first.
    pub oldest: Option<Timestamp>,
}

statements! {
    INSERT = "INSERT INTO outbox (id, topic, key, payload, created_at, available_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (topic, key) DO NOTHING";
    INSERT_BOTH for Sqlite = "INSERT INTO outbox (id, topic, key, payload, created_at, available_at, attempts)
        SELECT $1, $2, $3, $4, $5, $6, 0
        UNION ALL SELECT $7, $8, $9, $10, $11, $12, 0
        WHERE EXISTS (SELECT 1 FROM persons WHERE id = $13 AND mail IS NOT NULL)";
    INSERT_BOTH_POSTGRES for Postgres = "INSERT INTO outbox (id, topic, key, payload, created_at, available_at, attempts)
        SELECT CAST($1 AS UUID), $2, $3, CAST($4 AS BYTEA), CAST($5 AS TIMESTAMPTZ), CAST($6 AS TIMESTAMPTZ), 0
        UNION ALL SELECT $7, $8, $9, $10, $11, $12, 0
        WHERE EXISTS (SELECT 1 FROM persons WHERE id = $13 AND mail IS NOT NULL)";
    LEASE for Sqlite = "WITH picked AS MATERIALIZED (
            SELECT id FROM outbox
            WHERE topic = $1 AND available_at <= $2 AND done_at IS NULL AND dead_at IS NULL
            ORDER BY available_at, id LIMIT $3)
        UPDATE outbox SET attempts = attempts + 1, lease_owner = $4, leased_until = $5, available_at = $5
        WHERE id IN (SELECT id FROM picked)
        RETURNING id, topic, key, payload, created_at, leased_until, attempts";
    LEASE_POSTGRES for Postgres = "WITH picked AS MATERIALIZED (
            SELECT id FROM outbox
            WHERE topic = $1 AND available_at <= $2 AND done_at IS NULL AND dead_at IS NULL
            ORDER BY available_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
        UPDATE outbox SET attempts = attempts + 1, lease_owner = $4, leased_until = $5, available_at = $5
        WHERE id IN (SELECT id FROM picked)
        RETURNING id, topic, key, payload, created_at, leased_until, attempts";
    DUE = "SELECT 1 AS one FROM outbox
        WHERE topic = $1 AND available_at <= $2 AND done_at IS NULL AND dead_at IS NULL LIMIT 1";
    COMPLETE = "UPDATE outbox SET done_at = $3, payload = $4, lease_owner = NULL, leased_until = NULL, last_error = NULL
        WHERE id = $1 AND attempts = $2 AND lease_owner IS NOT NULL AND done_at IS NULL AND dead_at IS NULL";
    RETRY = "UPDATE outbox SET available_at = $3, lease_owner = NULL, leased_until = NULL, last_error = $4
        WHERE id = $1 AND attempts = $2 AND lease_owner IS NOT NULL AND done_at IS NULL AND dead_at IS NULL";
    BURY = "UPDATE outbox SET dead_at = $3, lease_owner = NULL, leased_until = NULL, last_error = $4
        WHERE id = $1 AND attempts = $2 AND lease_owner IS NOT NULL AND done_at IS NULL AND dead_at IS NULL";
    ERASE = "UPDATE outbox SET erased_at = $2, payload = $3 WHERE id = $1 AND dead_at IS NOT NULL";
    ERASE_OLD = "UPDATE outbox SET erased_at = $3, payload = $5 WHERE id IN
        (SELECT id FROM outbox WHERE topic = $1 AND dead_at <= $2 AND erased_at IS NULL ORDER BY dead_at LIMIT $4)";
    DEAD = "SELECT id, topic, key, created_at, dead_at, erased_at, attempts, last_error FROM outbox
        WHERE topic = $1 AND dead_at IS NOT NULL AND (dead_at, id) < ($2, $3)
        ORDER BY dead_at DESC, id DESC LIMIT $4";
    REVIVE = "UPDATE outbox SET dead_at = NULL, available_at = $2
        WHERE id = $1 AND dead_at IS NOT NULL AND erased_at IS NULL";
    PENDING = "SELECT count(*) FROM (SELECT 1 AS one FROM outbox
        WHERE topic = $1 AND done_at IS NULL AND dead_at IS NULL LIMIT $2) AS waiting";
    BURIED = "SELECT count(*) FROM (SELECT 1 AS one FROM outbox
        WHERE topic = $1 AND dead_at IS NOT NULL AND erased_at IS NULL LIMIT $2) AS buried";
    OLDEST = "SELECT min(created_at) FROM (SELECT created_at FROM outbox
        WHERE topic = $1 AND done_at IS NULL AND dead_at IS NULL ORDER BY available_at, id LIMIT $2) AS waiting";
    SWEEP = "DELETE FROM outbox WHERE id IN
        (SELECT id FROM outbox WHERE done_at <= $1 ORDER BY done_at LIMIT $2)";
}

/// Adds a message; `false` when its topic had this key already.
pub async fn enqueue(tx: &mut Tx, message: &NewMessage) -> Result<bool, Error> {
    let m = message;
    Ok(execute!(tx, INSERT, m.id, m.topic, &m.key, &m.payload, m.created_at, m.available_at)? == 1)
}

/// Adds `first`, and `mail` if `person` has a mail address; both under keys of their own.
pub async fn enqueue_with_mail(
    tx: &mut Tx,
    first: &NewMessage,
    mail: &NewMessage,
    person: PersonId,
) -> Result<(), Error> {
    let statement = if tx.is_postgres() { INSERT_BOTH_POSTGRES } else { INSERT_BOTH };
    let (a, b) = (first, mail);
    execute!(
        tx,
        statement,
        a.id,
        a.topic,
        &a.key,
        &a.payload,
        a.created_at,
        a.available_at,
        b.id,
        b.topic,
        &b.key,
        &b.payload,
        b.created_at,
        b.available_at,
        person
    )
    .map(drop)
}

/// Takes up to `limit` available messages of a topic for `seconds`, oldest first. No two workers get the same one
/// unless the lease of the first has run out.
pub async fn lease(
    tx: &mut Tx,
    topic: &str,
    owner: &str,
    limit: i64,
    now: Timestamp,
    seconds: i64,
) -> Result<Vec<Leased>, Error> {
    let statement = if tx.is_postgres() { LEASE_POSTGRES } else { LEASE };
    let until = now.plus_seconds(seconds);
    let mut leased = fetch_all!(tx, Leased, statement, topic, now, limit, owner, until)?;
    leased.sort_by_key(|m| (m.created_at, m.id));
    Ok(leased)
}

/// Whether [`lease`] would find something: a read, so that idle workers do not write.
pub async fn due(tx: &mut Tx, topic: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (i32,), DUE, topic, now)?.is_some())
}

/// The effect took place: forgets the payload. `false` when the lease was lost to another worker.
pub async fn complete(tx: &mut Tx, leased: &Leased, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, COMPLETE, leased.id, leased.attempts, now, &[] as &[u8])? == 1)
}

/// Gives the message back until `available_at`, with the code of the failure. `false` when the lease was lost.
pub async fn retry(
    tx: &mut Tx,
    leased: &Leased,
    available_at: Timestamp,
    error: &str,
) -> Result<bool, Error> {
    Ok(execute!(tx, RETRY, leased.id, leased.attempts, available_at, error)? == 1)
}

/// Gives the message up, with the code of the failure. `false` when the lease was lost.
pub async fn bury(tx: &mut Tx, leased: &Leased, now: Timestamp, error: &str) -> Result<bool, Error> {
    Ok(execute!(tx, BURY, leased.id, leased.attempts, now, error)? == 1)
}

/// Forgets the content of a message that was given up and is of no use any more.
pub async fn erase(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<(), Error> {
    execute!(tx, ERASE, id, now, &[] as &[u8]).map(drop)
}

/// Forgets the content of messages of a topic that were given up by `before`, `limit` at most. Gives their number.
pub async fn erase_old(
    tx: &mut Tx,
    topic: &str,
    before: Timestamp,
    now: Timestamp,
    limit: i64,
) -> Result<u64, Error> {
    execute!(tx, ERASE_OLD, topic, before, now, limit, &[] as &[u8])
}

/// Seconds to wait after the given number of attempts: 5, 10, 20, … up to one hour.
pub fn backoff_seconds(attempts: i64) -> i64 {
    (5_i64 << (attempts - 1).clamp(0, 10)).min(3600)
}

/// Messages of a topic that were given up, newest first, before `(dead_at, id)`.
pub async fn dead(
    tx: &mut Tx,
    topic: &str,
    before: (Timestamp, OutboxId),
    limit: i64,
) -> Result<Vec<Dead>, Error> {
    fetch_all!(tx, Dead, DEAD, topic, before.0, before.1, limit)
}

/// Makes a buried message available again; `false` when it is not buried, or its content is erased.
pub async fn revive(tx: &mut Tx, id: OutboxId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, REVIVE, id, now)? == 1)
}

/// How much waits in a topic.
pub async fn backlog(tx: &mut Tx, topic: &str) -> Result<Backlog, Error> {
    let (pending,) = fetch_optional!(tx, (i64,), PENDING, topic, COUNTED)?.unwrap_or_default();
    let (dead,) = fetch_optional!(tx, (i64,), BURIED, topic, COUNTED)?.unwrap_or_default();
    let oldest = fetch_optional!(tx, (Option<Timestamp>,), OLDEST, topic, COUNTED)?.and_then(|(at,)| at);
    Ok(Backlog { pending, dead, oldest })
}

/// Removes messages that were done by `before`, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, before, limit)
}
