//! The keys of issuing departments, kept sealed, and what is published about them.

use domain::certificates::{Jwk, JwkSet, Standing, StatusList, Trust};
use storage::certificates::{certificate, issuer_keys};
use storage::{Error, Tx};

use super::metadata::{IssuerMetadata, issuer_metadata, issuer_url, trust};
use super::{IssuerKey, sign_status_list};
use crate::Backend;
use crate::cases::CaseError;
use crate::sealing::Place;

/// Two bits an entry: good, revoked or suspended.
const BITS: u8 = 2;
/// A list is never shorter, so that its length says little.
const SHORTEST_LIST: usize = 1 << 14;

/// Where the status list of a department is published.
pub fn status_list_url(origin: &str, department: &str) -> String {
    format!("{origin}/status-lists/{department}")
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
    let row = row.ok_or(CaseError::Certificate)?;
    let der = backend.open(Place::new("issuer_keys", "private_key", &row.id), &row.private_key)?;
    IssuerKey::from_pkcs8(&der).map_err(|_| CaseError::Certificate)
}

fn new_key(backend: &Backend, department: &str) -> Result<issuer_keys::IssuerKey, CaseError> {
    let key = IssuerKey::generate(&*backend.chance);
    let der = key.to_pkcs8().map_err(|_| CaseError::Certificate)?;
    let id = backend.id();
    Ok(issuer_keys::IssuerKey {
        id,
        department: department.to_owned(),
        kid: key.kid().to_owned(),
        jwk: serde_json::to_value(key.public()).map_err(|_| CaseError::Certificate)?,
        private_key: backend.seal(Place::new("issuer_keys", "private_key", &id), der.as_bytes()),
        created_at: backend.now(),
        retired_at: None,
    })
}

/// Retires the key in use and makes a new one. Certificates signed with the old one stay valid: its public half stays
/// published. Run by an operator.
pub async fn rotate_key(backend: &Backend, department: &str) -> Result<String, CaseError> {
    backend.catalog.reference.department(department).ok_or(CaseError::NotFound)?;
    let (key, now) = (new_key(backend, department)?, backend.now());
    let kid = key.kid.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                issuer_keys::retire(tx, &key.department, now).await?;
                issuer_keys::insert(tx, &key).await?;
                storage::audit::append(
                    tx,
                    storage::audit::Entry {
                        at: now,
                        actor: storage::audit::Actor::System,
                        action: "certificates.rotate-key",
                        subject_kind: "department",
                        subject_id: key.department.clone(),
                        person: None,
                        purpose: None,
                        detail: serde_json::json!({ "kid": key.kid }),
                    },
                )?;
                Ok::<_, CaseError>(())
            })
        })
        .await?;
    Ok(kid)
}

/// The public keys of a department, newest first; empty when it never signed.
pub async fn keys_of(backend: &Backend, department: &str) -> Result<JwkSet, Error> {
    let mut tx = backend.db.read().await?;
    let rows = issuer_keys::of_department(&mut tx, department).await?;
    Ok(key_set(rows))
}

fn key_set(rows: Vec<issuer_keys::IssuerKey>) -> JwkSet {
    JwkSet { keys: rows.into_iter().filter_map(|row| serde_json::from_value::<Jwk>(row.jwk).ok()).collect() }
}

/// Issuer metadata of a department; `None` when there is no such department.
pub async fn issuer_document(backend: &Backend, department: &str) -> Result<Option<IssuerMetadata>, Error> {
    if backend.catalog.reference.department(department).is_none() {
        return Ok(None);
    }
    let keys = keys_of(backend, department).await?;
    Ok(Some(issuer_metadata(&issuer_url(&backend.public_url, department), keys)))
}

/// All issuers with their names and keys: what a verifier without network needs.
pub async fn trusted(backend: &Backend) -> Result<Trust, Error> {
    let mut tx = backend.db.read().await?;
    let rows = issuer_keys::all(&mut tx).await?;
    drop(tx);
    Ok(trust(backend.catalog.reference.departments.iter().map(|department| {
        let own = rows.iter().filter(|row| row.department == department.id).cloned().collect();
        (issuer_url(&backend.public_url, &department.id), department.authority.clone(), key_set(own))
    })))
}

/// The signed status list of a department; `None` when it never signed anything.
pub async fn status_list(backend: &Backend, department: &str) -> Result<Option<String>, CaseError> {
    let mut tx = backend.db.read().await?;
    let Some(row) = issuer_keys::in_use(&mut tx, department).await? else { return Ok(None) };
    let der = backend.open(Place::new("issuer_keys", "private_key", &row.id), &row.private_key)?;
    let key = IssuerKey::from_pkcs8(&der).map_err(|_| CaseError::Certificate)?;
    let length = certificate::status_list_length(&mut tx, department).await?;
    // Doubling: the length tells only the order of magnitude of how many certificates there are.
    let entries = usize::try_from(length).unwrap_or(0).max(SHORTEST_LIST).next_power_of_two();
    let mut list = StatusList::new(BITS, entries).map_err(|_| CaseError::Certificate)?;
    let mut after = -1;
    loop {
        let page = certificate::not_good(&mut tx, department, after, 1000).await?;
        for (place, standing) in &page {
            let standing = if standing == "suspended" { Standing::Suspended } else { Standing::Revoked };
            let place = u64::try_from(*place).map_err(|_| CaseError::Certificate)?;
            list.set(place, standing).map_err(|_| CaseError::Certificate)?;
        }
        match page.last() {
            Some((place, _)) if page.len() == 1000 => after = *place,
            _ => break,
        }
    }
    let uri = status_list_url(&backend.public_url, department);
    sign_status_list(&list, &uri, &key, backend.now()).map(Some).map_err(|_| CaseError::Certificate)
}
