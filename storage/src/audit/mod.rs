//! The audit trail: append-only, hash-chained, written in the transaction it is about.
//!
//! # Lanes
//! A chain has one head, and whoever extends it must hold that head until its commit is durable. With one chain all
//! audited transactions of a PostgreSQL would commit one after the other. So there are sixteen chains (lanes): a
//! transaction collects its entries, takes any free lane at its very end, extends it and commits. The head row is
//! locked for that moment only, and only when sixteen transactions commit at the same instant does one wait. SQLite
//! has one writer and uses lane 0 alone; a group of jobs extends it once.
//!
//! # What it proves
//! Each entry's hash covers its fields and the hash before it, so an edited, removed or moved entry is named by
//! [`verify`], and a head row beyond the last entry shows truncation. Who owns the database can rewrite a lane with
//! its head; that shows against heads known from elsewhere ([`reaches`]), such as signed checkpoints.

mod chain;
mod verify;

#[cfg(test)]
mod tests;

use domain::ids::{PersonId, StaffId};
use domain::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

pub use chain::{GENESIS, Head, LANES};
pub use verify::{Broken, Verdict, reaches, verify};

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Bytes of an entry's detail at most, as JSON.
const DETAIL_LIMIT: usize = 16 * 1024;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Person(PersonId),
    Staff(StaffId),
    /// Someone not signed in.
    Anonymous,
    /// A job or a command of the portal itself.
    System,
}

impl Actor {
    /// The word in column `actor_kind`.
    pub fn kind(self) -> &'static str {
        match self {
            Actor::Person(_) => "person",
            Actor::Staff(_) => "staff",
            Actor::Anonymous => "anonymous",
            Actor::System => "system",
        }
    }

    /// The value of column `actor_id`.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Actor::Person(id) => Some(id.0),
            Actor::Staff(id) => Some(id.0),
            Actor::Anonymous | Actor::System => None,
        }
    }
}

/// What happened. Holds no personal data beyond identifiers.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: Timestamp,
    pub actor: Actor,
    /// `domain.verb`, as `identity.unmask`.
    pub action: &'static str,
    /// Kind and identifier of what it was done to, as `case` and its id.
    pub subject_kind: &'static str,
    pub subject_id: String,
    /// The person whose data it concerns, who will see this entry.
    pub person: Option<PersonId>,
    pub purpose: Option<String>,
    pub detail: Value,
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Record {
    pub lane: i64,
    pub seq: i64,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub person_id: Option<PersonId>,
    pub purpose: Option<String>,
    /// JSON, byte for byte as it was hashed.
    pub detail: String,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// Where a page of records ended; newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub at: Timestamp,
    pub lane: i64,
    pub seq: i64,
}

impl Cursor {
    /// Before the newest record.
    pub const START: Cursor = Cursor { at: Timestamp::MAX, lane: i64::MAX, seq: i64::MAX };
}

impl Record {
    /// The cursor of the page that begins after this record.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.at, lane: self.lane, seq: self.seq }
    }
}

statements! {
    HEADS = "SELECT lane, seq, hash FROM audit_heads ORDER BY lane LIMIT 1000";
    ONLY_HEAD for Sqlite = "SELECT lane, seq, hash FROM audit_heads WHERE lane = 0";
    FREE_HEAD for Postgres =
        "SELECT lane, seq, hash FROM audit_heads ORDER BY lane LIMIT 1 FOR UPDATE SKIP LOCKED";
    LOCK_HEAD for Postgres = "SELECT lane, seq, hash FROM audit_heads WHERE lane = $1 FOR UPDATE";
    INSERT for Sqlite = "INSERT INTO audit_entries
        (lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose, detail,
         prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_AND_MOVE for Postgres = "WITH moved AS (UPDATE audit_heads SET seq = $2, hash = $13 WHERE lane = $1)
        INSERT INTO audit_entries
        (lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose, detail,
         prev_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    MOVE_HEAD for Sqlite = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE lane = $1";
    ENTRY_HASH = "SELECT hash FROM audit_entries WHERE lane = $1 AND seq = $2";
    LAST_SEQ = "SELECT coalesce(max(seq), 0) FROM audit_entries WHERE lane = $1";
    LANE_PAGE = "SELECT lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose,
        detail, prev_hash, hash
        FROM audit_entries WHERE (lane, seq) > ($1, $2) ORDER BY lane, seq LIMIT $3";
    ABOUT_PERSON = "SELECT lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose,
        detail, prev_hash, hash
        FROM audit_entries WHERE person_id = $1 AND (at, lane, seq) < ($2, $3, $4)
        ORDER BY at DESC, lane DESC, seq DESC LIMIT $5";
    ADD_CHECKPOINT = "INSERT INTO audit_checkpoints (number, at, heads, key_id, signature)
        SELECT $1, $2, $3, $4, $5
        WHERE CAST($1 AS BIGINT) = (SELECT coalesce(max(number), 0) + 1 FROM audit_checkpoints)
        ON CONFLICT DO NOTHING";
    NEWEST_CHECKPOINT = "SELECT number, at, heads, key_id, signature
        FROM audit_checkpoints ORDER BY number DESC LIMIT 1";
    CHECKPOINT = "SELECT number, at, heads, key_id, signature FROM audit_checkpoints WHERE number = $1";
    CHECKPOINTS = "SELECT number, at, heads, key_id, signature
        FROM audit_checkpoints WHERE number > $1 ORDER BY number LIMIT $2";
}

/// Adds an entry to the trail. It is hashed and inserted when the transaction ends, and is gone if the job fails.
pub fn append(tx: &mut Tx, entry: Entry) -> Result<(), Error> {
    if !tx.writes() {
        return Err(Error::ReadOnly);
    }
    if entry.detail.to_string().len() > DETAIL_LIMIT {
        return Err(Error::TooLarge);
    }
    tx.audit.push(entry);
    Ok(())
}

/// Writes the collected entries at the end of one lane. The last thing before COMMIT.
pub(crate) async fn flush(tx: &mut Tx) -> Result<(), Error> {
    if tx.audit.is_empty() {
        return Ok(());
    }
    let entries = std::mem::take(&mut tx.audit);
    let mut head = take_head(tx, &entries).await?;
    // On PostgreSQL a trip costs more than moving the head with each entry; and there is seldom more than one.
    let statement = if tx.is_postgres() { INSERT_AND_MOVE } else { INSERT };
    for entry in &entries {
        let record = head.extend(entry);
        let r = &record;
        execute!(
            tx,
            statement,
            r.lane,
            r.seq,
            r.at,
            &r.actor_kind,
            r.actor_id,
            &r.action,
            &r.subject_kind,
            &r.subject_id,
            r.person_id,
            &r.purpose,
            &r.detail,
            &r.prev_hash,
            &r.hash
        )?;
    }
    if !tx.is_postgres() {
        execute!(tx, MOVE_HEAD, head.lane, head.seq, &head.hash)?;
    }
    Ok(())
}

/// The head to extend, locked until the transaction ends.
async fn take_head(tx: &mut Tx, entries: &[Entry]) -> Result<Head, Error> {
    if !tx.is_postgres() {
        return fetch_optional!(tx, Head, ONLY_HEAD)?.ok_or(Error::NotFound);
    }
    if let Some(head) = fetch_optional!(tx, Head, FREE_HEAD)? {
        return Ok(head);
    }
    // All lanes are taken at this instant: wait for one of them.
    let lane = entries.first().map_or(0, |e| e.at.as_micros().rem_euclid(LANES));
    fetch_optional!(tx, Head, LOCK_HEAD, lane)?.ok_or(Error::NotFound)
}

/// The last entry of each lane.
pub async fn heads(tx: &mut Tx) -> Result<Vec<Head>, Error> {
    fetch_all!(tx, Head, HEADS)
}

/// Entries of all lanes after the one with this lane and number, lane after lane.
pub async fn page(tx: &mut Tx, lane: i64, seq: i64, limit: i64) -> Result<Vec<Record>, Error> {
    fetch_all!(tx, Record, LANE_PAGE, lane, seq, limit)
}

/// What was done with the data of `person`, newest first, after `cursor`.
pub async fn about_person(
    tx: &mut Tx,
    person: PersonId,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Record>, Error> {
    fetch_all!(tx, Record, ABOUT_PERSON, person, cursor.at, cursor.lane, cursor.seq, limit)
}

/// A signed statement of all heads at a moment. What is signed and how is decided above this layer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Checkpoint {
    /// 1, 2, 3, ….
    pub number: i64,
    pub at: Timestamp,
    /// The text that was signed, in which the heads are.
    pub heads: String,
    pub key_id: String,
    pub signature: Vec<u8>,
}

/// Keeps a checkpoint, whose number must follow the last one. `false` when another process was first.
pub async fn add_checkpoint(tx: &mut Tx, c: &Checkpoint) -> Result<bool, Error> {
    Ok(execute!(tx, ADD_CHECKPOINT, c.number, c.at, &c.heads, &c.key_id, &c.signature)? == 1)
}

pub async fn newest_checkpoint(tx: &mut Tx) -> Result<Option<Checkpoint>, Error> {
    fetch_optional!(tx, Checkpoint, NEWEST_CHECKPOINT)
}

pub async fn checkpoint(tx: &mut Tx, number: i64) -> Result<Option<Checkpoint>, Error> {
    fetch_optional!(tx, Checkpoint, CHECKPOINT, number)
}

/// Checkpoints with a number above `after`, in order.
pub async fn checkpoints(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Checkpoint>, Error> {
    fetch_all!(tx, Checkpoint, CHECKPOINTS, after, limit)
}
