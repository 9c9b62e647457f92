//! Reading the whole trail again.

use crate::audit::chain::{GENESIS, Head, digest};
use crate::audit::{ENTRY_HASH, HEADS, LAST_SEQ, Record, page};
use crate::{Error, Tx, fetch_all, fetch_one, fetch_optional};

/// Records read at a time.
const PAGE: i64 = 500;

/// What a reading of the whole trail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Sound { entries: u64, heads: Vec<Head> },
    Broken(Broken),
}

/// The first place that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("lane {lane}, entry {seq}: the content is not what was hashed")]
    Changed { lane: i64, seq: i64 },
    #[error("lane {lane}, entry {seq}: does not follow from the entry before it")]
    Unlinked { lane: i64, seq: i64 },
    #[error("lane {lane}, entry {seq}: missing")]
    Missing { lane: i64, seq: i64 },
    #[error("lane {lane}: ends at entry {last}, but had {expected}")]
    Truncated { lane: i64, last: i64, expected: i64 },
    #[error("lane {lane}: the head does not match entry {seq}")]
    Head { lane: i64, seq: i64 },
    #[error("lane {lane}: has no head")]
    NoHead { lane: i64 },
    #[error("lane {lane}, entry {seq}: not the one that is known from outside")]
    Replaced { lane: i64, seq: i64 },
}

/// Reads every entry and names the first broken place.
///
/// Give it a [`Db::snapshot`](crate::Db::snapshot): entries that arrive meanwhile must not be seen in part.
pub async fn verify(tx: &mut Tx) -> Result<Verdict, Error> {
    let heads = fetch_all!(tx, Head, HEADS)?;
    let mut reached: Vec<Head> = Vec::new();
    let mut entries = 0;
    let (mut lane, mut seq) = (i64::MIN, 0);
    loop {
        let page = page(tx, lane, seq, PAGE).await?;
        for record in &page {
            if reached.last().is_none_or(|head| head.lane != record.lane) {
                reached.push(Head { lane: record.lane, seq: 0, hash: GENESIS.to_vec() });
            }
            // Cannot be absent: one was pushed just now if it was.
            if let Some(head) = reached.last_mut()
                && let Err(broken) = step(head, record)
            {
                return Ok(Verdict::Broken(broken));
            }
            entries += 1;
        }
        match page.last() {
            Some(last) if page.len() as i64 == PAGE => (lane, seq) = (last.lane, last.seq),
            _ => break,
        }
    }
    Ok(match ends(&reached, &heads) {
        Ok(()) => Verdict::Sound { entries, heads },
        Err(broken) => Verdict::Broken(broken),
    })
}

/// Moves `head` over `record`, which must follow from it.
fn step(head: &mut Head, record: &Record) -> Result<(), Broken> {
    let (lane, seq) = (record.lane, record.seq);
    if seq != head.seq + 1 {
        return Err(Broken::Missing { lane, seq: head.seq + 1 });
    }
    if digest(record) != record.hash {
        return Err(Broken::Changed { lane, seq });
    }
    if record.prev_hash != head.hash {
        return Err(Broken::Unlinked { lane, seq });
    }
    head.seq = seq;
    head.hash.clone_from(&record.hash);
    Ok(())
}

/// Compares where each lane ends with its head row.
fn ends(reached: &[Head], heads: &[Head]) -> Result<(), Broken> {
    let last = |lane: i64| reached.iter().find(|h| h.lane == lane).map_or(0, |h| h.seq);
    for expected in heads {
        let (lane, last, expected) = (expected.lane, last(expected.lane), expected.seq);
        if last < expected {
            return Err(Broken::Truncated { lane, last, expected });
        }
    }
    for head in reached {
        match heads.iter().find(|h| h.lane == head.lane) {
            None => return Err(Broken::NoHead { lane: head.lane }),
            Some(row) if row != head => return Err(Broken::Head { lane: head.lane, seq: head.seq }),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whether a sound trail still has a head of an earlier moment that is known by signature: `None`, or how not. This
/// reveals a lane that was rewritten or cut off together with its head.
pub async fn reaches(tx: &mut Tx, known: &Head) -> Result<Option<Broken>, Error> {
    let (lane, seq) = (known.lane, known.seq);
    Ok(match fetch_optional!(tx, (Vec<u8>,), ENTRY_HASH, lane, seq)? {
        Some((hash,)) if hash == known.hash => None,
        Some(_) => Some(Broken::Replaced { lane, seq }),
        None => {
            let (last,) = fetch_one!(tx, (i64,), LAST_SEQ, lane)?;
            Some(Broken::Truncated { lane, last, expected: seq })
        }
    })
}
