//! Signing a certificate.

use super::keys::IssuerKey;
use crate::clock::Chance;
use domain::certificates::sd_jwt::{MAX_DISCLOSURES, MAX_PRESENTATION, PROTECTED, TYPE};
use domain::certificates::status_list::StatusReference;
use domain::certificates::{Disclosure, HolderKey, Validity};
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

/// What is to be certified.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// `https://host/issuers/{department}`.
    pub issuer: String,
    /// The type of certificate, a URL where its description can be read.
    pub kind: String,
    pub issued_at: Timestamp,
    pub validity: Validity,
    pub status: Option<StatusReference>,
    /// The key of the holder, if the certificate shall be bound to it.
    pub holder: Option<HolderKey>,
    /// Claims that everyone sees to whom it is shown, such as its number. Nothing about a person.
    pub open: Map<String, Value>,
    /// Claims that the holder shows one by one.
    pub personal: Map<String, Value>,
}

#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("claim {0} has a meaning of its own or stands on both lists")]
    Claim(String),
    #[error("too many or too large claims")]
    TooLarge,
    #[error("claims cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// Signs `content`: a compact SD-JWT VC with every personal claim disclosed, ending in `~`. It belongs to the holder;
/// what others see is made from it with `present`.
pub fn issue(content: &Content, key: &IssuerKey, chance: &dyn Chance) -> Result<String, IssueError> {
    let Content { issuer, kind, issued_at, validity, status, holder, open, personal } = content;
    let reserved = |name: &str| PROTECTED.contains(&name) || ["_sd", "_sd_alg", "..."].contains(&name);
    if let Some(name) = open.keys().chain(personal.keys()).find(|name| reserved(name)) {
        return Err(IssueError::Claim(name.clone()));
    }
    if let Some(name) = personal.keys().find(|name| open.contains_key(*name)) {
        return Err(IssueError::Claim(name.clone()));
    }
    if personal.len() > MAX_DISCLOSURES {
        return Err(IssueError::TooLarge);
    }

    let disclosures: Vec<Disclosure> = personal
        .iter()
        .map(|(name, value)| {
            let mut salt = [0; 16];
            chance.fill(&mut salt);
            Disclosure::new(&salt, name, value.clone())
        })
        .collect();
    let mut digests: Vec<String> = disclosures.iter().map(Disclosure::digest).collect();
    // Sorted, so that their order says nothing about the claims.
    digests.sort_unstable();

    let mut payload = open.clone();
    payload.insert("iss".into(), json!(issuer));
    payload.insert("vct".into(), json!(kind));
    payload.insert("iat".into(), json!(issued_at.as_seconds()));
    if let Some(from) = validity.from {
        payload.insert("nbf".into(), json!(from.as_seconds()));
    }
    if let Some(until) = validity.until {
        payload.insert("exp".into(), json!(until.as_seconds()));
    }
    if let Some(status) = status {
        payload.insert("status".into(), json!({ "status_list": status }));
    }
    if let Some(holder) = holder {
        payload.insert("cnf".into(), json!({ "jwk": holder }));
    }
    if !digests.is_empty() {
        payload.insert("_sd".into(), json!(digests));
        payload.insert("_sd_alg".into(), json!("sha-256"));
    }
    let mut certificate = key.sign(TYPE, &payload)?;
    certificate.push('~');
    for disclosure in &disclosures {
        certificate.push_str(disclosure.encoded());
        certificate.push('~');
    }
    if certificate.len() > MAX_PRESENTATION { Err(IssueError::TooLarge) } else { Ok(certificate) }
}
