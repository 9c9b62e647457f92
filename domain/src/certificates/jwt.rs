//! Compact JWTs signed with ES256 (RFC 7515, RFC 7518 §3.4), and nothing else: no other algorithm is understood.

use super::jwk::Jwk;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Header of a JWT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub alg: String,
    pub typ: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Extensions the reader must understand. None is understood, so any makes the JWT unreadable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crit: Option<Value>,
}

/// A JWT that was read but not yet checked.
pub struct Jwt<'a> {
    pub header: Header,
    pub payload: Map<String, Value>,
    signed: &'a str,
    signature: [u8; 64],
}

impl<'a> Jwt<'a> {
    /// Reads a compact JWT of the type `typ`. `None` when it is none, or not signed with ES256.
    pub fn read(compact: &'a str, typ: &str) -> Option<Jwt<'a>> {
        Jwt::read_with(compact, typ, &["ES256"])
    }

    /// Reads a compact JWT of the type `typ` that says it is signed with one of `algorithms`, whose signatures are all of
    /// 64 bytes.
    pub(super) fn read_with(compact: &'a str, typ: &str, algorithms: &[&str]) -> Option<Jwt<'a>> {
        let (signed, signature) = compact.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
        if !algorithms.contains(&header.alg.as_str()) || header.typ != typ || header.crit.is_some() {
            return None;
        }
        let payload = serde_json::from_slice(&decode(payload)?).ok()?;
        let signature = decode(signature)?.try_into().ok()?;
        Some(Jwt { header, payload, signed, signature })
    }

    /// Whether `key` made the signature.
    pub fn is_signed_by(&self, key: &Jwk) -> bool {
        let digest = Sha256::digest(self.signed.as_bytes());
        let signature = Signature::from_slice(&self.signature);
        key.key().zip(signature.ok()).is_some_and(|(key, s)| key.verify_prehash(&digest, &s).is_ok())
    }

    pub(super) fn signed(&self) -> &str {
        self.signed
    }

    pub(super) fn signature(&self) -> &[u8; 64] {
        &self.signature
    }
}

/// Base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding; there is only one accepted text for each value.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
