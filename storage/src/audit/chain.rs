//! How an entry becomes bytes and a hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::audit::{Entry, Record};

/// Lanes that the migration makes, numbered from 0.
pub const LANES: i64 = 16;

/// The hash before the first entry of a lane.
pub const GENESIS: [u8; 32] = [0; 32];

/// The last entry of a lane, or sequence number 0 and [`GENESIS`].
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize, Deserialize)]
pub struct Head {
    pub lane: i64,
    pub seq: i64,
    pub hash: Vec<u8>,
}

impl Head {
    /// The record that follows, of which this becomes the head.
    pub fn extend(&mut self, entry: &Entry) -> Record {
        let mut record = Record {
            lane: self.lane,
            seq: self.seq + 1,
            at: entry.at,
            actor_kind: entry.actor.kind().to_owned(),
            actor_id: entry.actor.id(),
            action: entry.action.to_owned(),
            subject_kind: entry.subject_kind.to_owned(),
            subject_id: entry.subject_id.clone(),
            person_id: entry.person,
            purpose: entry.purpose.clone(),
            detail: entry.detail.to_string(),
            prev_hash: self.hash.clone(),
            hash: Vec::new(),
        };
        record.hash = digest(&record);
        self.seq = record.seq;
        self.hash = record.hash.clone();
        record
    }
}

/// SHA-256 over the fields in order of the table, `prev_hash` last. Every field is preceded by its length in eight
/// bytes (big-endian), numbers are eight bytes, an absent field is a length of all ones.
pub fn digest(record: &Record) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut field = |bytes: Option<&[u8]>| match bytes {
        None => hash.update(u64::MAX.to_be_bytes()),
        Some(bytes) => {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    };
    field(Some(b"zhangban.audit.1"));
    field(Some(&record.lane.to_be_bytes()));
    field(Some(&record.seq.to_be_bytes()));
    field(Some(&record.at.as_micros().to_be_bytes()));
    field(Some(record.actor_kind.as_bytes()));
    field(record.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
    field(Some(record.action.as_bytes()));
    field(Some(record.subject_kind.as_bytes()));
    field(Some(record.subject_id.as_bytes()));
    field(record.person_id.as_ref().map(|id| id.0.as_bytes().as_slice()));
    field(record.purpose.as_ref().map(String::as_bytes));
    field(Some(record.detail.as_bytes()));
    field(Some(&record.prev_hash));
    hash.finalize().to_vec()
}
