//! What is signed, and how: ES256 over one line of JSON.

use domain::certificates::Jwk;
use domain::certificates::jwt::{decode, encode};
use domain::time::Timestamp;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};
use serde::{Deserialize, Serialize};
use storage::audit::{self, Head};

use crate::catalog::hex;
use crate::sealing::KeyRing;

/// How far each lane had come at a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// 1, 2, 3, ….
    pub number: i64,
    /// RFC 3339.
    pub at: String,
    /// Lane, number of its last entry, and the hash of that in hexadecimal; without lanes that have no entry.
    pub heads: Vec<(i64, i64, String)>,
}

/// A checkpoint with its signature: one line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    pub checkpoint: Checkpoint,
    /// RFC 7638 thumbprint of the public key.
    pub key: String,
    /// ES256 over `checkpoint` as compact JSON with its fields in this order, base64url.
    pub signature: String,
}

impl Checkpoint {
    pub fn new(number: i64, at: Timestamp, heads: &[Head]) -> Checkpoint {
        let heads = heads.iter().filter(|h| h.seq > 0).map(|h| (h.lane, h.seq, hex(&h.hash))).collect();
        Checkpoint { number, at: at.to_rfc3339(), heads }
    }

    /// The text that is signed.
    fn text(&self) -> String {
        // Our own type: numbers and texts.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The heads; `None` when a hash is none.
    pub fn heads(&self) -> Option<Vec<Head>> {
        let head = |(lane, seq, hex): &(i64, i64, String)| {
            let pairs = hex.as_bytes().chunks(2);
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            Some(Head { lane: *lane, seq: *seq, hash: pairs.map(byte).collect::<Option<_>>()? })
        };
        self.heads.iter().map(head).collect()
    }
}

/// Signs checkpoints, and knows its own signatures again. It comes from the key ring: who has the database alone cannot
/// make a checkpoint.
pub struct CheckpointKey {
    secret: SigningKey,
    kid: String,
}

impl CheckpointKey {
    pub fn of(ring: &KeyRing) -> CheckpointKey {
        let mut tries = 0_u32;
        let secret = loop {
            // Refuses zero and what is not below the order of the curve: about one in 2³².
            if let Ok(secret) = SigningKey::from_slice(&ring.derived(&format!("audit-checkpoints {tries}"))) {
                break secret;
            }
            tries += 1;
        };
        let kid = Jwk::from_key(secret.verifying_key()).thumbprint();
        CheckpointKey { secret, kid }
    }

    /// Deterministic (RFC 6979): needs no chance.
    pub fn sign(&self, checkpoint: Checkpoint) -> Signed {
        let signature: Signature = self.secret.sign(checkpoint.text().as_bytes());
        Signed { checkpoint, key: self.kid.clone(), signature: encode(&signature.to_bytes()) }
    }

    /// Whether this key signed it.
    pub fn signed(&self, signed: &Signed) -> bool {
        let signature = decode(&signed.signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
        let text = signed.checkpoint.text();
        signed.key == self.kid
            && signature.is_some_and(|s| self.secret.verifying_key().verify(text.as_bytes(), &s).is_ok())
    }
}

impl Signed {
    /// As it is kept.
    pub(super) fn row(&self, at: Timestamp) -> audit::Checkpoint {
        audit::Checkpoint {
            number: self.checkpoint.number,
            at,
            heads: self.checkpoint.text(),
            key_id: self.key.clone(),
            signature: decode(&self.signature).unwrap_or_default(),
        }
    }

    /// As it was kept; `None` when the row is none of ours.
    pub(super) fn of_row(row: &audit::Checkpoint) -> Option<Signed> {
        let checkpoint: Checkpoint = serde_json::from_str(&row.heads).ok()?;
        let same = checkpoint.number == row.number && checkpoint.at == row.at.to_rfc3339();
        same.then(|| Signed { checkpoint, key: row.key_id.clone(), signature: encode(&row.signature) })
    }
}
