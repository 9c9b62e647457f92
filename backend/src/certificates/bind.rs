//! A copy of a certificate for the holder's own wallet, bound to a key that only that wallet has: the same certificate,
//! with the same number and the same place in its status list, signed once more.

use domain::certificates::jwt::Jwt;
use domain::certificates::sd_jwt::{PROTECTED, TYPE};
use domain::certificates::{CertificateStatus, Disclosure, HolderKey, SdJwt, Validity};
use domain::ids::CertificateId;
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::audit::{self, Entry};

use super::issuers::signing_key;
use super::wallet::{credential, own, status};
use super::{Content, issue};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;
use crate::identity::limits::{BINDINGS_PER_PERSON, Bucket};

/// Signs a copy of a certificate that only the owner of `key` can present as their own. Nothing of it is kept.
pub async fn bind(
    backend: &Backend,
    actor: &Actor,
    id: CertificateId,
    key: HolderKey,
) -> Result<String, CaseError> {
    let person = actor.person()?.id;
    actor.require_recent()?;
    let bucket = Bucket::new(backend, BINDINGS_PER_PERSON, &person.to_string());
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (backend, now) = (&backend_of_job, backend_of_job.now());
                let row = own(tx, &actor, id).await?;
                if !may_be_bound(status(&row, now)) {
                    return Err(CaseError::Changed);
                }
                if let Some(retry_at) = bucket.take(tx, now).await? {
                    return Err(CaseError::TooOften { retry_at });
                }
                let whole = credential(backend, tx, id).await?;
                let content = content(&whole, key).ok_or(CaseError::Certificate)?;
                let signing_key = signing_key(backend, tx, &row.department).await?;
                let bound =
                    issue(&content, &signing_key, &*backend.chance).map_err(|_| CaseError::Certificate)?;
                let entry = Entry {
                    at: now,
                    actor: actor.for_audit(),
                    action: "certificates.bind",
                    subject_kind: "certificate",
                    subject_id: id.to_string(),
                    person: Some(row.person_id),
                    purpose: None,
                    detail: json!({}),
                };
                audit::append(tx, entry)?;
                Ok(bound)
            })
        })
        .await
}

/// Whether copies are made of a certificate in this state.
pub fn may_be_bound(status: CertificateStatus) -> bool {
    matches!(status, CertificateStatus::Valid | CertificateStatus::NotYetValid)
}

/// What `certificate` says, with every claim disclosed, for the owner of `key`. Salts are made anew, so that shown claims
/// of the two copies cannot be told to belong together by their digests.
fn content(certificate: &str, key: HolderKey) -> Option<Content> {
    let parts = SdJwt::split(certificate)?;
    let mut payload = Jwt::read(parts.issuer_jwt, TYPE)?.payload;
    let instant = |name: &str| payload.get(name).and_then(Value::as_i64).map(Timestamp::from_seconds);
    let text = |name: &str| payload.get(name).and_then(Value::as_str).map(str::to_owned);
    let status = payload.get("status").and_then(|status| status.get("status_list"));
    let mut content = Content {
        issuer: text("iss")?,
        kind: text("vct")?,
        issued_at: instant("iat")?,
        validity: Validity { from: instant("nbf"), until: instant("exp") },
        status: status.map(Deserialize::deserialize).transpose().ok()?,
        holder: Some(key),
        open: serde_json::Map::new(),
        personal: serde_json::Map::new(),
    };
    payload.retain(|name, _| !PROTECTED.contains(&name.as_str()) && name != "_sd" && name != "_sd_alg");
    content.open = payload;
    for disclosure in parts.disclosures {
        let Disclosure { name, value, .. } = Disclosure::read(disclosure)?;
        content.personal.insert(name, value);
    }
    Some(content)
}
