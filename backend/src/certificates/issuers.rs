//! The keys of issuing departments, kept sealed.

use storage::Tx;
use storage::audit::{self, Entry};
use storage::certificates::issuer_keys::{self, NewKey, SigningKey};

use super::IssuerKey;
use crate::Backend;
use crate::cases::CaseError;
use crate::sealing::Place;

/// Where a status list of a department is published. The first has no number: certificates from before there were several
/// name it so.
pub fn status_list_url(origin: &str, department: &str, number: i64) -> String {
    match number {
        0 => format!("{origin}/status-lists/{department}"),
        number => format!("{origin}/status-lists/{department}/{number}"),
    }
}

/// The key a department signs with; made when it signs for the first time.
pub(crate) async fn signing_key(
    backend: &Backend,
    tx: &mut Tx,
    department: &str,
) -> Result<IssuerKey, CaseError> {
    let mut row = issuer_keys::in_use(tx, department).await?;
    if row.is_none() {
        issuer_keys::insert(tx, &new_key(backend, department)?).await?;
        // Another process may have been first: what is kept counts.
        row = issuer_keys::in_use(tx, department).await?;
    }
    open_key(backend, &row.ok_or(CaseError::Certificate)?)
}

pub(super) fn open_key(backend: &Backend, row: &SigningKey) -> Result<IssuerKey, CaseError> {
    let der = backend.open(Place::new("issuer_keys", "private_key", &row.id), &row.private_key)?;
    IssuerKey::from_pkcs8(&der).map_err(|_| CaseError::Certificate)
}

fn new_key(backend: &Backend, department: &str) -> Result<NewKey, CaseError> {
    let key = IssuerKey::generate(&*backend.chance);
    let der = key.to_pkcs8().map_err(|_| CaseError::Certificate)?;
    let id = backend.id();
    Ok(NewKey {
        id,
        department: department.to_owned(),
        kid: key.kid().to_owned(),
        jwk: serde_json::to_value(key.public()).map_err(|_| CaseError::Certificate)?,
        private_key: backend.seal(Place::new("issuer_keys", "private_key", &id), der.as_bytes()),
        created_at: backend.now(),
    })
}

/// Retires the key in use and makes a new one; gives its name. Certificates signed with the old one stay valid: its
/// public half stays published. Run by an operator; when two do at once, one is told that things have changed.
pub async fn rotate_key(backend: &Backend, department: &str) -> Result<String, CaseError> {
    backend.catalog.reference.department(department).ok_or(CaseError::NotFound)?;
    let (key, now) = (new_key(backend, department)?, backend.now());
    let kid = key.kid.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                issuer_keys::retire(tx, &key.department, now).await?;
                if !issuer_keys::insert(tx, &key).await? {
                    return Err(CaseError::Changed);
                }
                let entry = Entry {
                    at: now,
                    actor: audit::Actor::System,
                    action: "certificates.rotate-key",
                    subject_kind: "department",
                    subject_id: key.department.clone(),
                    person: None,
                    purpose: None,
                    detail: serde_json::json!({ "kid": key.kid }),
                };
                audit::append(tx, entry)?;
                Ok(())
            })
        })
        .await?;
    Ok(kid)
}
