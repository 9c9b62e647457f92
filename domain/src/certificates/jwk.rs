//! Public keys on P-256 (RFC 7517, RFC 7518 §6.2), and no other kind.

use super::jwt::{decode, encode};
use p256::Sec1Point;
use p256::ecdsa::VerifyingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A public key for ES256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    pub kty: String,
    pub crv: String,
    /// Coordinates, 32 bytes each, base64url.
    pub x: String,
    pub y: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

/// A set of keys as published by an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
}

impl Jwk {
    /// The key in its published form, without `kid`, `alg` and `use`.
    pub fn from_key(key: &VerifyingKey) -> Jwk {
        let bytes = key.to_sec1_point(false).to_bytes();
        // Uncompressed SEC1: 0x04, 32 bytes of x, 32 bytes of y.
        Jwk {
            kty: "EC".into(),
            crv: "P-256".into(),
            x: encode(&bytes[1..33]),
            y: encode(&bytes[33..65]),
            kid: None,
            alg: None,
            usage: None,
        }
    }

    /// The key for checking signatures; `None` when this is not a point on P-256.
    pub fn key(&self) -> Option<VerifyingKey> {
        if self.kty != "EC" || self.crv != "P-256" || self.alg.as_deref().is_some_and(|alg| alg != "ES256") {
            return None;
        }
        let x: [u8; 32] = decode(&self.x)?.try_into().ok()?;
        let y: [u8; 32] = decode(&self.y)?.try_into().ok()?;
        let point = Sec1Point::from_affine_coordinates(&x.into(), &y.into(), false);
        VerifyingKey::from_sec1_point(&point).ok()
    }

    /// Thumbprint of RFC 7638 with SHA-256, base64url: used as `kid`.
    pub fn thumbprint(&self) -> String {
        let Jwk { crv, kty, x, y, .. } = self;
        encode(&Sha256::digest(format!(r#"{{"crv":"{crv}","kty":"{kty}","x":"{x}","y":"{y}"}}"#)))
    }
}

impl JwkSet {
    pub fn find(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid.as_deref() == Some(kid))
    }
}
