//! What leaves for the upper platform: numbered without gaps in the order of commits, and packed into batches that never
//! change.

use domain::ids::ReviewId;
use domain::reviews::{Grade, Handler, SubjectKind};
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    // Whoever comes next waits for this transaction to end: what has a number is there before what has the next.
    NEXT = "UPDATE review_feed_head SET last = last + 1 WHERE id = 1 RETURNING last, batch";
    APPEND = "INSERT INTO review_feed (seq, review_id, event, day) VALUES ($1, $2, $3, $4)";
    KNOWS = "SELECT seq FROM review_feed WHERE review_id = $1 ORDER BY seq LIMIT 1";
    // The same lock: nothing is added while a batch is made.
    MAKE = "UPDATE review_feed_head SET batch = batch + 1 WHERE id = 1 AND batch = $1 AND last > $2
            RETURNING last, batch";
    HEAD = "SELECT last, batch FROM review_feed_head WHERE id = 1";
    KEEP_BATCH = "INSERT INTO review_batches (number, first, last, made_at) VALUES ($1, $2, $3, $4)";
    BATCH = "SELECT number, first, last, made_at, acknowledged_at FROM review_batches WHERE number = $1";
    ACKNOWLEDGE = "UPDATE review_batches SET acknowledged_at = $2 WHERE number = $1 AND acknowledged_at IS NULL";
    ACKNOWLEDGED = "SELECT last FROM review_batches WHERE acknowledged_at <= $1
                    ORDER BY acknowledged_at DESC, number DESC LIMIT 1";
    // What is left of a review that something more will be, or has yet to be, said of: its first line is its name.
    PRUNE = "DELETE FROM review_feed WHERE seq IN (SELECT f.seq FROM review_feed f WHERE f.seq <= $1
             AND NOT EXISTS (SELECT 1 FROM review_tasks t WHERE t.review_id = f.review_id AND t.state <> 'closed')
             AND NOT EXISTS (SELECT 1 FROM review_feed g WHERE g.review_id = f.review_id AND g.seq > $1)
             ORDER BY f.seq LIMIT $2)";
    LINES = "SELECT f.seq, (SELECT min(g.seq) FROM review_feed g WHERE g.review_id = f.review_id) AS review_seq, f.review_id, f.event, f.day, r.subject_kind, r.service_code, r.department, r.place, r.handler,
             r.grade, r.tags, r.words, r.marks FROM review_feed f JOIN reviews r ON r.id = f.review_id
             WHERE f.seq BETWEEN $1 AND $2 ORDER BY f.seq LIMIT $3";
}

/// The last number that was given, and the number of the batch that is being collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Head {
    pub last: i64,
    pub batch: i64,
}

/// Lines that leave together. Once made, it is always the same.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Batch {
    pub number: i64,
    pub first: i64,
    pub last: i64,
    pub made_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
}

/// One line. `words` are sealed, as those of the review.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Line {
    pub seq: i64,
    /// The first number of the same review.
    pub review_seq: i64,
    pub review_id: ReviewId,
    /// `given`, or an event of the rectification.
    pub event: String,
    pub day: String,
    pub subject_kind: SubjectKind,
    pub service_code: String,
    pub department: String,
    pub place: i64,
    pub handler: Handler,
    #[sqlx(try_from = "i64")]
    pub grade: Grade,
    pub tags: String,
    pub words: Option<Vec<u8>>,
    pub marks: String,
}

/// Adds what happened to a review on `day`; gives its number and the batch that it will be in, or a later one. To be
/// called last in a transaction: everybody else who adds waits for its end.
pub async fn append(tx: &mut Tx, review: ReviewId, event: &str, day: &str) -> Result<Head, Error> {
    let head = fetch_one!(tx, Head, NEXT)?;
    execute!(tx, APPEND, head.last, review, event, day)?;
    Ok(head)
}

/// The first number that a review got, if it is in the feed.
pub async fn knows(tx: &mut Tx, review: ReviewId) -> Result<Option<i64>, Error> {
    Ok(fetch_optional!(tx, (i64,), KNOWS, review)?.map(|(seq,)| seq))
}

/// Makes batch `number` of the lines after `after`, `most` at most, if it is the one that is being collected and
/// there are any. Gives it, and whether lines are left for the next.
pub async fn make_batch(
    tx: &mut Tx,
    number: i64,
    after: i64,
    most: i64,
    now: Timestamp,
) -> Result<Option<(Batch, bool)>, Error> {
    let Some(head) = fetch_optional!(tx, Head, MAKE, number, after)? else { return Ok(None) };
    let last = head.last.min(after + most);
    let batch = Batch { number, first: after + 1, last, made_at: now, acknowledged_at: None };
    execute!(tx, KEEP_BATCH, number, batch.first, last, now)?;
    Ok(Some((batch, last < head.last)))
}

pub async fn head(tx: &mut Tx) -> Result<Head, Error> {
    fetch_one!(tx, Head, HEAD)
}

/// The batch of a number, once it is made.
pub async fn batch(tx: &mut Tx, number: i64) -> Result<Option<Batch>, Error> {
    fetch_optional!(tx, Batch, BATCH, number)
}

/// The upper platform has a batch; `false` when that was known.
pub async fn acknowledge(tx: &mut Tx, number: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, ACKNOWLEDGE, number, now)? == 1)
}

/// The lines of a batch, in their order.
pub async fn lines(tx: &mut Tx, batch: &Batch) -> Result<Vec<Line>, Error> {
    fetch_all!(tx, Line, LINES, batch.first, batch.last, batch.last - batch.first + 1)
}

/// Removes lines that the upper platform has had since `before`, `limit` at most; gives their number. Batches stay, and so do
/// all lines of a review that is not over: later ones name it by the first.
pub async fn prune(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    let Some((last,)) = fetch_optional!(tx, (i64,), ACKNOWLEDGED, before)? else { return Ok(0) };
    execute!(tx, PRUNE, last, limit)
}
