//! The parts of an SD-JWT (RFC 9901): issuer's JWT, disclosures, key binding.

use super::jwt::{decode, encode};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The `typ` of the issuer's JWT of an SD-JWT VC.
pub const TYPE: &str = "dc+sd-jwt";
/// The `typ` of a key binding JWT.
pub const KEY_BINDING_TYPE: &str = "kb+jwt";
/// The longest presentation that is read, in bytes.
pub const MAX_PRESENTATION: usize = 64 * 1024;
/// The most disclosures that are read.
pub const MAX_DISCLOSURES: usize = 128;

/// Claims that verifiers rely on; they can never be hidden (SD-JWT VC §3.2.2.2, and `iat`).
pub const PROTECTED: [&str; 8] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

/// An SD-JWT cut at its `~`, nothing checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdJwt<'a> {
    pub issuer_jwt: &'a str,
    pub disclosures: Vec<&'a str>,
    pub key_binding: Option<&'a str>,
}

/// A claim that the holder may show: salt, name and value.
#[derive(Clone, Debug, PartialEq)]
pub struct Disclosure {
    pub name: String,
    pub value: Value,
    encoded: String,
}

impl<'a> SdJwt<'a> {
    /// Cuts `text`; `None` when it has not the shape of an SD-JWT or is too large.
    pub fn split(text: &'a str) -> Option<SdJwt<'a>> {
        if text.len() > MAX_PRESENTATION {
            return None;
        }
        let (issuer_jwt, rest) = text.split_once('~')?;
        let (disclosures, key_binding) = match rest.rsplit_once('~') {
            Some((disclosures, key_binding)) => (disclosures.split('~').collect(), key_binding),
            None => (Vec::new(), rest),
        };
        let whole = disclosures.len() <= MAX_DISCLOSURES && disclosures.iter().all(|d| !d.is_empty());
        whole.then_some(SdJwt {
            issuer_jwt,
            disclosures,
            key_binding: Some(key_binding).filter(|k| !k.is_empty()),
        })
    }
}

impl std::fmt::Display for SdJwt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}~", self.issuer_jwt)?;
        for disclosure in &self.disclosures {
            write!(f, "{disclosure}~")?;
        }
        f.write_str(self.key_binding.unwrap_or_default())
    }
}

impl Disclosure {
    /// `salt` should be 16 random bytes, never used before.
    pub fn new(salt: &[u8], name: &str, value: Value) -> Disclosure {
        let json = Value::Array(vec![encode(salt).into(), name.into(), value.clone()]).to_string();
        Disclosure { name: name.into(), value, encoded: encode(json.as_bytes()) }
    }

    /// Reads the disclosure of an object's member. Array elements and nested digests are not understood.
    pub fn read(encoded: &str) -> Option<Disclosure> {
        let (_salt, name, value): (String, String, Value) = serde_json::from_slice(&decode(encoded)?).ok()?;
        let hidable = !PROTECTED.contains(&name.as_str()) && !is_reserved(&name) && is_plain(&value);
        hidable.then(|| Disclosure { name, value, encoded: encoded.into() })
    }

    /// As it stands between two `~`.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }

    /// As it stands in `_sd`.
    pub fn digest(&self) -> String {
        encode(&Sha256::digest(self.encoded.as_bytes()))
    }
}

/// The claims of an issuer's payload and those disclosed.
pub(super) struct Claims {
    pub open: Map<String, Value>,
    pub disclosed: Map<String, Value>,
    /// Digests without a disclosure. Some may be decoys, so this is the most that can be hidden.
    pub withheld: usize,
}

/// Why the disclosures do not fit the payload.
pub(super) enum Unfit {
    /// The payload uses something that is not understood.
    Payload,
    /// A disclosure that the issuer has not signed, or one that is there twice.
    Disclosure,
}

/// Puts each disclosure where its digest stands (RFC 9901 §7.1, for a flat list of claims).
pub(super) fn disclose(mut payload: Map<String, Value>, disclosures: &[&str]) -> Result<Claims, Unfit> {
    if payload.remove("_sd_alg").is_some_and(|alg| alg != "sha-256") {
        return Err(Unfit::Payload);
    }
    let mut digests: Vec<String> = match payload.remove("_sd") {
        None => Vec::new(),
        Some(list) => serde_json::from_value(list).map_err(|_| Unfit::Payload)?,
    };
    digests.sort_unstable();
    let count = digests.len();
    digests.dedup();
    if digests.len() != count || !payload.iter().all(|(name, value)| !is_reserved(name) && is_plain(value)) {
        return Err(Unfit::Payload);
    }
    let mut disclosed = Map::new();
    for encoded in disclosures {
        let disclosure = Disclosure::read(encoded).ok_or(Unfit::Disclosure)?;
        let at = digests.binary_search(&disclosure.digest()).map_err(|_| Unfit::Disclosure)?;
        digests.remove(at);
        let Disclosure { name, value, .. } = disclosure;
        if payload.contains_key(&name) || disclosed.insert(name, value).is_some() {
            return Err(Unfit::Disclosure);
        }
    }
    Ok(Claims { open: payload, disclosed, withheld: digests.len() })
}

fn is_reserved(name: &str) -> bool {
    matches!(name, "_sd" | "_sd_alg" | "...")
}

/// Whether a value holds no digests of its own.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(members) => members.iter().all(|(name, value)| !is_reserved(name) && is_plain(value)),
        _ => true,
    }
}
