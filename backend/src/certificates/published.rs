//! What is published about issuers: their keys, and signed lists of what is revoked. Both are kept in memory for as long
//! as the database says that nothing changed, whichever process changed it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::certificates::{Jwk, JwkSet, Standing, StatusList, Trust, TrustedIssuer};
use domain::time::Timestamp;
use storage::certificates::status_lists::{self, PLACES};
use storage::certificates::{certificate, issuer_keys};
use storage::{Error, Tx};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::issuers::{open_key, status_list_url};
use super::metadata::{IssuerMetadata, issuer_metadata, issuer_url, trust};
use super::status::{REFRESH_SECONDS, sign_status_list};
use crate::Backend;
use crate::cases::CaseError;

/// Two bits an entry: good, revoked or suspended.
const BITS: u8 = 2;
/// Rows of one question to the database.
const PAGE: i64 = 1000;
/// Signed lists kept in memory, in bytes.
const MOST_KEPT: usize = 64 << 20;
/// Lists that are signed at the same time, as each takes a core.
const SIGNING: usize = 2;

/// What is kept in memory. One for each process.
pub struct Published {
    issuers: Mutex<Option<Arc<Issuers>>>,
    lists: Arc<Mutex<Lists>>,
    signing: Arc<Semaphore>,
}

/// All issuers with their names and keys.
#[derive(Debug)]
pub struct Issuers {
    /// What a verifier without network needs.
    pub trust: Trust,
    /// All keys: a JWK set as JSON.
    pub keys: Vec<u8>,
    /// How many keys there were.
    count: i64,
}

/// A signed status list.
#[derive(Clone, Debug)]
pub struct SignedList {
    pub token: Arc<str>,
    /// Where the next list of the department stands, a URL.
    pub next: Option<String>,
}

/// A department and the number of its list.
type Name = (String, i64);

#[derive(Default)]
struct Lists {
    signed: HashMap<Name, Signed>,
    bytes: usize,
}

struct Signed {
    token: Arc<str>,
    of: Version,
    at: Timestamp,
}

/// What a list was signed of. Another version is another list.
#[derive(Clone, PartialEq, Eq)]
struct Version {
    kid: String,
    changes: i64,
}

impl Default for Published {
    fn default() -> Self {
        Published {
            issuers: Mutex::default(),
            lists: Arc::default(),
            signing: Arc::new(Semaphore::new(SIGNING)),
        }
    }
}

/// What is kept is replaced whole, so a panic elsewhere leaves it sound.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lists {
    fn find(&self, name: &Name, version: &Version, now: Timestamp) -> Option<Arc<str>> {
        let signed = self.signed.get(name).filter(|signed| signed.of == *version)?;
        (0..REFRESH_SECONDS).contains(&now.seconds_since(signed.at)).then(|| signed.token.clone())
    }

    fn keep(&mut self, name: Name, signed: Signed) {
        if self.bytes + signed.token.len() > MOST_KEPT {
            // Seldom, and then whatever is asked for next is signed anew.
            *self = Lists::default();
        }
        self.bytes += signed.token.len();
        if let Some(old) = self.signed.insert(name, signed) {
            self.bytes -= old.token.len();
        }
    }
}

/// A signed status list of a department; `None` when no certificate stands in it. Signed anew when a standing changed,
/// and after [`REFRESH_SECONDS`].
pub async fn status_list(
    backend: &Backend,
    department: &str,
    number: i64,
) -> Result<Option<SignedList>, CaseError> {
    let mut tx = backend.db.read().await?;
    let Some(state) = status_lists::state(&mut tx, department, number).await? else { return Ok(None) };
    let Some(kid) = issuer_keys::kid_in_use(&mut tx, department).await? else { return Ok(None) };
    drop(tx);
    let version = Version { kid, changes: state.changes };
    let next = state.next.map(|next| status_list_url(&backend.public_url, department, next));
    let name = (department.to_owned(), number);
    let kept = || locked(&backend.published.lists).find(&name, &version, backend.now());
    if let Some(token) = kept() {
        return Ok(Some(SignedList { token, next }));
    }
    // Never closed. Whoever waited here finds what the one before them signed.
    let permit =
        backend.published.signing.clone().acquire_owned().await.map_err(|_| CaseError::Certificate)?;
    if let Some(token) = kept() {
        return Ok(Some(SignedList { token, next }));
    }
    let mut tx = backend.db.read().await?;
    let row = issuer_keys::in_use(&mut tx, department).await?.ok_or(CaseError::Certificate)?;
    let key = open_key(backend, &row)?;
    let bad = not_good(&mut tx, department, number).await?;
    drop(tx);
    let (now, lists) = (backend.now(), backend.published.lists.clone());
    let uri = status_list_url(&backend.public_url, department, number);
    let sign = tokio::task::spawn_blocking(move || {
        // The permit goes with the work, which goes on when whoever asked goes away.
        let _permit = permit;
        // Always the whole list: certificates have their places anywhere in it, and its length tells nothing.
        let entries = usize::try_from(PLACES).map_err(|_| CaseError::Certificate)?;
        let mut list = StatusList::new(BITS, entries).map_err(|_| CaseError::Certificate)?;
        for (index, standing) in bad {
            list.set(index, standing).map_err(|_| CaseError::Certificate)?;
        }
        let token = sign_status_list(&list, &uri, &key, now).map_err(|_| CaseError::Certificate)?;
        let token: Arc<str> = token.into();
        let of = Version { kid: key.kid().to_owned(), ..version };
        locked(&lists).keep(name, Signed { token: token.clone(), of, at: now });
        Ok::<_, CaseError>(token)
    });
    let token = sign.await.map_err(|_| CaseError::Certificate)??;
    Ok(Some(SignedList { token, next }))
}

/// Indices that are not good. What is revoked meanwhile may be among them already; the version says it is not, and the
/// list is signed once more.
async fn not_good(tx: &mut Tx, department: &str, list: i64) -> Result<Vec<(u64, Standing)>, CaseError> {
    let (mut all, mut after) = (Vec::new(), -1);
    loop {
        let page = certificate::not_good(tx, department, list, after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(all) };
        after = *last;
        for (index, standing) in page {
            all.push((u64::try_from(index).map_err(|_| CaseError::Certificate)?, standing));
        }
    }
}

/// The department and number of a status list of this portal.
pub fn named_list(backend: &Backend, uri: &str) -> Option<(String, i64)> {
    let path = uri.strip_prefix(&*backend.public_url)?.strip_prefix("/status-lists/")?;
    let (department, number) = path.split_once('/').unwrap_or((path, "0"));
    let number = number.parse().ok()?;
    backend.catalog.reference.department(department)?;
    // One address for each list.
    (uri == status_list_url(&backend.public_url, department, number)).then(|| (department.to_owned(), number))
}

/// The public keys of a department, newest first; empty when it never signed.
pub async fn keys_of(backend: &Backend, department: &str) -> Result<JwkSet, Error> {
    let mut tx = backend.db.read().await?;
    let (mut keys, mut before) = (Vec::new(), Uuid::max());
    loop {
        let page = issuer_keys::of_department(&mut tx, department, before, PAGE).await?;
        let Some(last) = page.last() else { return Ok(JwkSet { keys }) };
        before = last.id;
        keys.extend(page.into_iter().filter_map(jwk));
    }
}

fn jwk(row: issuer_keys::PublicKey) -> Option<Jwk> {
    serde_json::from_value(row.jwk).ok()
}

/// Issuer metadata of a department; `None` when there is no such department.
pub async fn issuer_document(backend: &Backend, department: &str) -> Result<Option<IssuerMetadata>, Error> {
    if backend.catalog.reference.department(department).is_none() {
        return Ok(None);
    }
    let keys = keys_of(backend, department).await?;
    Ok(Some(issuer_metadata(&issuer_url(&backend.public_url, department), keys)))
}

/// All issuers, read again only when a key was added.
pub async fn all_issuers(backend: &Backend) -> Result<Arc<Issuers>, Error> {
    let mut tx = backend.db.read().await?;
    let count = issuer_keys::count(&mut tx).await?;
    if let Some(kept) = locked(&backend.published.issuers).clone().filter(|kept| kept.count == count) {
        return Ok(kept);
    }
    let (mut keys, mut after) = (BTreeMap::<String, Vec<Jwk>>::new(), Uuid::nil());
    loop {
        let page = issuer_keys::after(&mut tx, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page {
            let department = row.department.clone();
            keys.entry(department).or_default().extend(jwk(row));
        }
    }
    drop(tx);
    let trust = trust(backend.catalog.reference.departments.iter().map(|department| {
        let mut own = keys.remove(&department.id).unwrap_or_default();
        // As everywhere, the newest first.
        own.reverse();
        let issuer = issuer_url(&backend.public_url, &department.id);
        (issuer, department.authority.clone(), JwkSet { keys: own })
    }));
    let all: Vec<&Jwk> = trust.issuers.iter().flat_map(|issuer| &issuer.jwks.keys).collect();
    // Our own type: texts only.
    let keys = serde_json::to_vec(&serde_json::json!({ "keys": all })).unwrap_or_default();
    let issuers = Arc::new(Issuers { keys, trust, count });
    *locked(&backend.published.issuers) = Some(issuers.clone());
    Ok(issuers)
}

/// The issuers that matter for a certificate which says it is by `issuer` with the key `kid`: the one of either. Always
/// as of now, also when another process has just made the key.
pub(crate) async fn trust_in(backend: &Backend, issuer: &str, kid: &str) -> Result<Trust, Error> {
    let departments = &backend.catalog.reference.departments;
    let by_name = departments.iter().find(|d| issuer_url(&backend.public_url, &d.id) == issuer);
    let by_key = issuer_keys::issuer_of(&mut backend.db.read().await?, kid).await?;
    let by_key = by_key.and_then(|id| departments.iter().find(|d| d.id == id));
    let mut trust = Trust::default();
    for department in [by_name, by_key].into_iter().flatten() {
        let issuer = issuer_url(&backend.public_url, &department.id);
        if trust.issuers.iter().all(|known| known.issuer != issuer) {
            let jwks = keys_of(backend, &department.id).await?;
            trust.issuers.push(TrustedIssuer { issuer, name: department.authority.clone(), jwks });
        }
    }
    Ok(trust)
}
