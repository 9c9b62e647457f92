//! Signing keys of issuing departments.

use crate::clock::Chance;
use domain::certificates::jwt::encode;
use domain::certificates::{Jwk, JwkSet};
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, SecretDocument};
use serde::Serialize;

/// A P-256 key that signs certificates and status lists with ES256. Its private part is wiped when dropped.
#[derive(Clone)]
pub struct IssuerKey {
    secret: SecretKey,
    public: Jwk,
    kid: String,
}

/// The stored key is not a P-256 key in PKCS #8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a P-256 key in PKCS #8")]
pub struct NotAKey;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

impl IssuerKey {
    /// A new key.
    pub fn generate(chance: &dyn Chance) -> IssuerKey {
        loop {
            let mut bytes = [0; 32];
            chance.fill(&mut bytes);
            // Refuses zero and what is not below the order of the curve: about one in 2³².
            if let Ok(secret) = SecretKey::from_slice(&bytes) {
                return IssuerKey::from_secret(secret);
            }
        }
    }

    fn from_secret(secret: SecretKey) -> IssuerKey {
        let mut public = Jwk::from_key(SigningKey::from(&secret).verifying_key());
        let kid = public.thumbprint();
        public.kid = Some(kid.clone());
        public.alg = Some("ES256".into());
        public.usage = Some("sig".into());
        IssuerKey { secret, public, kid }
    }

    /// Reads a key as `to_pkcs8` writes it.
    pub fn from_pkcs8(der: &[u8]) -> Result<IssuerKey, NotAKey> {
        SecretKey::from_pkcs8_der(der).map(IssuerKey::from_secret).map_err(|_| NotAKey)
    }

    /// PKCS #8 in DER, to be sealed and stored. The document is wiped when dropped.
    pub fn to_pkcs8(&self) -> Result<SecretDocument, NotAKey> {
        self.secret.to_pkcs8_der().map_err(|_| NotAKey)
    }

    /// Thumbprint of the public key (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as it is published.
    pub fn public(&self) -> &Jwk {
        &self.public
    }

    /// A compact JWT that names this key.
    pub fn sign(&self, typ: &str, payload: &impl Serialize) -> Result<String, serde_json::Error> {
        self.sign_with(Header { alg: "ES256", typ, kid: Some(&self.kid) }, payload)
    }

    /// A compact JWT that names no key, as key bindings are: the certificate holds the key.
    pub fn sign_unnamed(&self, typ: &str, payload: &impl Serialize) -> Result<String, serde_json::Error> {
        self.sign_with(Header { alg: "ES256", typ, kid: None }, payload)
    }

    fn sign_with(&self, header: Header<'_>, payload: &impl Serialize) -> Result<String, serde_json::Error> {
        let header = encode(&serde_json::to_vec(&header)?);
        let payload = encode(&serde_json::to_vec(payload)?);
        let signed = format!("{header}.{payload}");
        // Deterministic (RFC 6979): needs no chance.
        let signature: Signature = SigningKey::from(&self.secret).sign(signed.as_bytes());
        Ok(format!("{signed}.{}", encode(&signature.to_bytes())))
    }
}

impl std::fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuerKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The published keys of an issuer: the one that signs now, and those whose certificates are still around.
pub fn key_set<'a>(keys: impl IntoIterator<Item = &'a IssuerKey>) -> JwkSet {
    JwkSet { keys: keys.into_iter().map(|key| key.public.clone()).collect() }
}
