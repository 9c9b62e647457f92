//! Sending batches to the upper platform: in their order, one at a time, until each is acknowledged.

use domain::organisation::region::RegionCode;
use domain::reviews::mask_numbers;
use serde_json::{Value, json};
use storage::BoxFuture;
use storage::messages::outbox::Leased;
use storage::reviews::feed::{self, Batch, Line};

use super::feed::{GIVEN, send_batch};
use super::upper::Upper;
use super::{ReviewsError, codes, open_words};
use crate::Backend;
use crate::messages::{Handled, Handler};

/// Topic of batches; the key of a message is the number of its batch.
pub const UPLOAD: &str = "reviews-upload";
/// Lines of a batch.
const MOST: i64 = 500;
/// How soon a batch looks again whether the one before it has arrived.
const BEHIND_SECONDS: i64 = 30;

/// Sends one batch.
pub struct Upload;

impl Handler for Upload {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let Ok(number) = message.key.parse() else { return Handled::Bury("no-number") };
            // The platform may be configured again.
            let Some(upper) = &backend.reviews.upper else { return Handled::Again("not-configured") };
            send(backend, upper, number).await.unwrap_or_else(|error| {
                tracing::warn!(%error, batch = number, "a batch of reviews could not be prepared");
                Handled::Again("storage")
            })
        })
    }
}

async fn send(backend: &Backend, upper: &Upper, number: i64) -> Result<Handled, ReviewsError> {
    let mut tx = backend.db.read().await?;
    let after = match number {
        1 => 0,
        _ => match feed::batch(&mut tx, number - 1).await? {
            Some(before) if before.acknowledged_at.is_some() => before.last,
            _ => return Ok(Handled::Later { seconds: BEHIND_SECONDS, code: "behind" }),
        },
    };
    drop(tx);
    let Some(batch) = make(backend, number, after).await? else { return Ok(Handled::Done) };
    if batch.acknowledged_at.is_some() {
        return Ok(Handled::Done);
    }
    let body = body(backend, &batch).await?;
    if let Err(code) = upper.post(&backend.reviews.http, number, batch.last, body, backend.now()).await {
        tracing::warn!(batch = number, code, "a batch of reviews was not acknowledged");
        return Ok(Handled::Again(code));
    }
    let now = backend.now();
    let kept: Result<bool, storage::Error> =
        backend.db.write(move |tx| Box::pin(feed::acknowledge(tx, number, now))).await;
    kept?;
    Ok(Handled::Done)
}

/// The batch as it was made, or made now. Once made it never changes, so that sending it again is the same request.
async fn make(backend: &Backend, number: i64, after: i64) -> Result<Option<Batch>, ReviewsError> {
    if let Some(batch) = feed::batch(&mut backend.db.read().await?, number).await? {
        return Ok(Some(batch));
    }
    let job = backend.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let made = feed::make_batch(tx, number, after, MOST, job.now()).await?;
                let Some((batch, more)) = made else { return Ok(feed::batch(tx, number).await?) };
                if more {
                    send_batch(&job, tx, number + 1).await?;
                }
                Ok(Some(batch))
            })
        })
        .await
}

/// The lines of a batch as JSON, one on each.
async fn body(backend: &Backend, batch: &Batch) -> Result<String, ReviewsError> {
    let lines = feed::lines(&mut backend.db.read().await?, batch).await?;
    let mut body = String::new();
    for line in &lines {
        body.push_str(&said(backend, line)?.to_string());
        body.push('\n');
    }
    Ok(body)
}

/// A line: no person, no case, no time of day; numbers in the words are masked. What follows a review names it by the
/// sequence of its first line.
fn said(backend: &Backend, line: &Line) -> Result<Value, ReviewsError> {
    if line.event != GIVEN {
        return Ok(json!({
            "sequence": line.seq, "event": line.event, "review": line.review_seq, "day": line.day,
        }));
    }
    let words = open_words(backend, line.review_id, line.words.as_ref())?;
    Ok(json!({
        "sequence": line.seq,
        "event": line.event,
        "review": line.review_seq,
        "day": line.day,
        "subject": line.subject_kind.code(),
        "service": line.service_code,
        "department": line.department,
        "place": RegionCode::from_i64(line.place).ok().map(|place| place.to_string()),
        "handler": line.handler.code(),
        "grade": line.grade.number(),
        "tags": codes(&line.tags).collect::<Vec<_>>(),
        "words": words.map(|words| mask_numbers(&words)),
        "marks": codes(&line.marks).collect::<Vec<_>>(),
    }))
}
