//! Reading the whole trail again, with every checkpoint.

use std::io;

use storage::audit::{self, Broken, Head, Verdict};
use storage::{Db, Tx};

use super::file::Lines;
use super::{CheckpointFile, CheckpointKey, Signed};

/// Checkpoints read at a time.
const PAGE: i64 = 500;

/// What there is to a sound trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    pub entries: u64,
    /// In the database.
    pub checkpoints: i64,
    /// In the file.
    pub lines: u64,
}

/// The first place that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampered {
    #[error("{0}")]
    Trail(Broken),
    #[error("checkpoint {number}: missing")]
    Missing { number: i64 },
    #[error("checkpoint {number}: not as this key ring signed it")]
    Unsigned { number: i64 },
    #[error("{broken}, as checkpoint {number} says")]
    Checkpoint { number: i64, broken: Broken },
    #[error("line {line} of the file: no checkpoint that this key ring signed")]
    Line { line: u64 },
    #[error("{broken}, as checkpoint {number} in line {line} of the file says")]
    OutsideCheckpoint { line: u64, number: i64, broken: Broken },
    #[error("the checkpoints end at {last}, but the file has {number} in line {line}")]
    Truncated { line: u64, number: i64, last: i64 },
    #[error("checkpoint {number}: not the one in line {line} of the file")]
    Replaced { line: u64, number: i64 },
}

pub type Findings = Result<Trail, Tampered>;

/// Why the trail could not be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Storage(#[from] storage::Error),
    #[error("the file of checkpoints")]
    File(#[from] io::Error),
}

/// Reads every entry and every checkpoint of one moment, and with `file` whether everything is still there that was
/// known when its lines were written.
pub async fn verify(
    db: &Db,
    key: &CheckpointKey,
    file: Option<&CheckpointFile>,
) -> Result<Findings, VerifyError> {
    // Before the snapshot: what is in the file by now was in the database before.
    let lines = file.map(CheckpointFile::lines).transpose()?;
    let mut tx = db.snapshot().await?;
    let entries = match audit::verify(&mut tx).await? {
        Verdict::Sound { entries, .. } => entries,
        Verdict::Broken(broken) => return Ok(Err(Tampered::Trail(broken))),
    };
    let checkpoints = match kept(&mut tx, key).await? {
        Ok(number) => number,
        Err(tampered) => return Ok(Err(tampered)),
    };
    let lines = match lines {
        None => 0,
        Some(lines) => match outside(&mut tx, key, lines, checkpoints).await? {
            Ok(lines) => lines,
            Err(tampered) => return Ok(Err(tampered)),
        },
    };
    Ok(Ok(Trail { entries, checkpoints, lines }))
}

/// All checkpoints of the database; gives the number of the last.
async fn kept(tx: &mut Tx, key: &CheckpointKey) -> Result<Result<i64, Tampered>, storage::Error> {
    let mut last = 0;
    let mut reached = Reached::default();
    loop {
        let page = audit::checkpoints(tx, last, PAGE).await?;
        for row in &page {
            let number = last + 1;
            if row.number != number {
                return Ok(Err(Tampered::Missing { number }));
            }
            let Some(signed) = Signed::of_row(row).filter(|signed| key.signed(signed)) else {
                return Ok(Err(Tampered::Unsigned { number }));
            };
            if let Some(broken) = reached.look(tx, &signed).await? {
                return Ok(Err(Tampered::Checkpoint { number, broken }));
            }
            last = number;
        }
        if (page.len() as i64) < PAGE {
            return Ok(Ok(last));
        }
    }
}

/// All lines of the file against a database whose checkpoints end at `last`; gives their number.
async fn outside(
    tx: &mut Tx,
    key: &CheckpointKey,
    lines: Lines,
    last: i64,
) -> Result<Result<u64, Tampered>, VerifyError> {
    let mut reached = Reached::default();
    let mut count = 0;
    for (line, text) in (1..).zip(lines) {
        let signed = serde_json::from_str::<Signed>(&text?).ok().filter(|signed| key.signed(signed));
        let Some(signed) = signed else { return Ok(Err(Tampered::Line { line })) };
        let number = signed.checkpoint.number;
        if let Some(broken) = reached.look(tx, &signed).await? {
            return Ok(Err(Tampered::OutsideCheckpoint { line, number, broken }));
        }
        match audit::checkpoint(tx, number).await? {
            None => return Ok(Err(Tampered::Truncated { line, number, last })),
            Some(row) if Signed::of_row(&row).as_ref() != Some(&signed) => {
                return Ok(Err(Tampered::Replaced { line, number }));
            }
            Some(_) => count = line,
        }
    }
    Ok(Ok(count))
}

/// The heads that were looked at last: most lanes rest between two checkpoints.
#[derive(Default)]
struct Reached(Vec<Head>);

impl Reached {
    /// How a sound trail lacks a head of the checkpoint.
    async fn look(&mut self, tx: &mut Tx, signed: &Signed) -> Result<Option<Broken>, storage::Error> {
        // What was signed has hashes in hexadecimal.
        let heads = signed.checkpoint.heads().unwrap_or_default();
        for head in heads.iter().filter(|head| !self.0.contains(head)) {
            if let Some(broken) = audit::reaches(tx, head).await? {
                return Ok(Some(broken));
            }
        }
        self.0 = heads;
        Ok(None)
    }
}
