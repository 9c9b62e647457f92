//! The key of a holder's wallet, to which a certificate can be bound (`cnf`): P-256 or Ed25519 (RFC 8037).
//!
//! Signatures with Ed25519 are checked by programs with the feature `ed25519`. The browser's verifier is not one of them:
//! it says that it cannot tell, rather than carry a second curve to every phone.

use super::jwk::Jwk;
use super::jwt::{Jwt, decode};
use serde::Serialize;
use serde_json::{Map, Value};

/// The longest text of a key that is read, in bytes.
pub const MAX_JWK: usize = 4096;

/// Members of private and symmetric keys (RFC 7518 §6): they belong on no other device.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The public key of a holder; as JSON it is the JWK with its necessary members only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum HolderKey {
    P256(Jwk),
    Ed25519(OctetKey),
}

/// A JWK of the kind OKP on Ed25519.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OctetKey {
    kty: &'static str,
    crv: &'static str,
    x: String,
}

/// Why a text is not a key that a certificate can be bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolderKeyError {
    #[error("no text")]
    Empty,
    #[error("longer than {MAX_JWK} bytes")]
    TooLong,
    #[error("not a JSON object")]
    NotJson,
    /// It was shown to us, so it should not be used any more.
    #[error("a private key")]
    Private,
    #[error("neither EC on P-256 nor OKP on Ed25519")]
    Kind,
    #[error("not a point of its curve")]
    Point,
}

/// Whether a holder made a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Yes,
    No,
    /// This program does not know the curve.
    CannotTell,
}

impl HolderKey {
    /// Reads a JWK as its owner gives it. What is not needed is dropped, and a private key is refused.
    pub fn parse(text: &str) -> Result<HolderKey, HolderKeyError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        match text.len() {
            0 => Err(HolderKeyError::Empty),
            1..=MAX_JWK => HolderKey::read(&serde_json::from_str(text).map_err(|_| HolderKeyError::NotJson)?),
            _ => Err(HolderKeyError::TooLong),
        }
    }

    /// Reads the members of a JWK.
    pub fn read(jwk: &Map<String, Value>) -> Result<HolderKey, HolderKeyError> {
        if PRIVATE.iter().any(|member| jwk.contains_key(*member)) {
            return Err(HolderKeyError::Private);
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        match (text("kty"), text("crv")) {
            ("EC", "P-256") => {
                let key = Jwk {
                    kty: "EC".into(),
                    crv: "P-256".into(),
                    x: text("x").into(),
                    y: text("y").into(),
                    kid: None,
                    alg: None,
                    usage: None,
                };
                key.key().map(|_| HolderKey::P256(key)).ok_or(HolderKeyError::Point)
            }
            ("OKP", "Ed25519") => {
                let point = decode(text("x")).and_then(|x| <[u8; 32]>::try_from(x).ok());
                point.filter(ed25519::is_point).ok_or(HolderKeyError::Point)?;
                Ok(HolderKey::Ed25519(OctetKey { kty: "OKP", crv: "Ed25519", x: text("x").into() }))
            }
            _ => Err(HolderKeyError::Kind),
        }
    }

    /// Names of the algorithms with which this key signs.
    pub(super) fn algorithms(&self) -> &'static [&'static str] {
        match self {
            HolderKey::P256(_) => &["ES256"],
            // The second name is that of RFC 9864.
            HolderKey::Ed25519(_) => &["EdDSA", "Ed25519"],
        }
    }

    pub(super) fn has_signed(&self, jwt: &Jwt<'_>) -> Signed {
        match self {
            HolderKey::P256(key) if jwt.is_signed_by(key) => Signed::Yes,
            HolderKey::P256(_) => Signed::No,
            HolderKey::Ed25519(key) => ed25519::has_signed(&key.x, jwt.signed(), jwt.signature()),
        }
    }
}

impl From<&Jwk> for HolderKey {
    fn from(key: &Jwk) -> HolderKey {
        HolderKey::P256(Jwk { kid: None, alg: None, usage: None, ..key.clone() })
    }
}

#[cfg(feature = "ed25519")]
mod ed25519 {
    use super::{Signed, decode};
    use ed25519_dalek::{Signature, VerifyingKey};

    /// With a point of small order, one signature would fit many messages.
    pub fn is_point(bytes: &[u8; 32]) -> bool {
        VerifyingKey::from_bytes(bytes).is_ok_and(|key| !key.is_weak())
    }

    pub fn has_signed(x: &str, signed: &str, signature: &[u8; 64]) -> Signed {
        let bytes = decode(x).and_then(|x| <[u8; 32]>::try_from(x).ok());
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        let signature = Signature::from_bytes(signature);
        match key.is_some_and(|key| key.verify_strict(signed.as_bytes(), &signature).is_ok()) {
            true => Signed::Yes,
            false => Signed::No,
        }
    }
}

#[cfg(not(feature = "ed25519"))]
mod ed25519 {
    use super::Signed;

    pub fn is_point(_: &[u8; 32]) -> bool {
        true
    }

    pub fn has_signed(_: &str, _: &str, _: &[u8; 64]) -> Signed {
        Signed::CannotTell
    }
}
