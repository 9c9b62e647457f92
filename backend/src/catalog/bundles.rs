//! Publishing bundles: each content, with its members as they are, is one immutable version; a member that changes
//! changes the bundle.

use domain::catalog::bundle::Published as Content;
use domain::catalog::{Bundle, Definition};
use domain::ids::VersionId;
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::audit::{Actor, Entry};
use storage::catalog::bundles::{self, BundleVersion};

use super::publish::{Published, refresh};
use super::{Services, hex};
use crate::Backend;

/// Bundles read at once, and most of them at all.
const PAGE: i64 = 50;
const MOST: usize = 1_000;

/// Publishes checked bundles with the current versions of their members, in one transaction, all or none. Forms go on
/// with the version they began with. One with a member that there is not is left out.
pub async fn publish_bundles(
    backend: &Backend,
    all: Vec<Bundle>,
) -> Result<Vec<(String, Published)>, storage::Error> {
    let services = backend.catalog.services();
    let contents = all.iter().filter_map(|bundle| content(bundle, &services)).collect();
    let outcomes = keep(backend, contents, Vec::new()).await?;
    refresh(backend).await?;
    Ok(outcomes)
}

/// Lets bundles follow their members: those with a member that changed get a new version, those that do not fit their
/// members any more are taken out, and those that were taken out come back when they fit again.
pub async fn follow(backend: &Backend) -> Result<(), storage::Error> {
    let services = backend.catalog.services();
    let (mut changed, mut broken) = (Vec::new(), Vec::new());
    for known in &services.bundles {
        let Some(published) = &known.bundle else { continue };
        let is_current = |d: &Definition| services.get(&d.code).is_some_and(|s| s.definition == *d);
        if published.members.iter().all(is_current) {
            continue;
        }
        match content(&published.bundle, &services) {
            Some(new) if is_sound(backend, &new) => changed.push(new),
            _ => broken.push((known.code().to_owned(), known.version)),
        }
    }
    for bundle in taken_out(backend).await? {
        changed.extend(content(&bundle, &services).filter(|new| is_sound(backend, new)));
    }
    if changed.is_empty() && broken.is_empty() {
        return Ok(());
    }
    for (code, _) in &broken {
        tracing::error!(code, "a bundle does not fit its members any more and is taken out");
    }
    keep(backend, changed, broken).await?;
    refresh(backend).await
}

/// Bundles that were taken out, as they were written.
async fn taken_out(backend: &Backend) -> Result<Vec<Bundle>, storage::Error> {
    let mut tx = backend.db.read().await?;
    let mut all: Vec<Bundle> = Vec::new();
    loop {
        let after = all.last().map_or(String::new(), |bundle| bundle.code.clone());
        let page = bundles::retired(&mut tx, &after, PAGE).await?;
        let last = page.len() < PAGE as usize;
        all.extend(page.into_iter().map(|version| version.content.bundle));
        if last || all.len() >= MOST {
            return Ok(all);
        }
    }
}

fn is_sound(backend: &Backend, content: &Content) -> bool {
    backend.catalog.reference.check_bundle(&content.bundle, &content.members).is_empty()
}

fn content(bundle: &Bundle, services: &Services) -> Option<Content> {
    Content::of(bundle, |code| services.get(code).map(|service| &service.definition))
}

async fn keep(
    backend: &Backend,
    contents: Vec<Content>,
    broken: Vec<(String, VersionId)>,
) -> Result<Vec<(String, Published)>, storage::Error> {
    let now = backend.now();
    let versions: Vec<(BundleVersion, Definition)> = contents
        .into_iter()
        .map(|content| {
            let shell = content.shell();
            let id = VersionId(backend.id());
            (BundleVersion { id, digest: digest(&content), content, published_at: now }, shell)
        })
        .collect();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(versions.len());
                for (version, shell) in &versions {
                    let code = shell.code.clone();
                    let changed = bundles::publish(tx, version, shell).await?;
                    if changed {
                        let detail = json!({ "digest": hex(&version.digest) });
                        append(tx, "catalog.publish", &code, detail, now)?;
                    }
                    outcomes.push((code, if changed { Published::Changed } else { Published::Unchanged }));
                }
                for (code, version) in &broken {
                    if bundles::retire(tx, code, *version, now).await? {
                        append(tx, "catalog.suspend", code, json!({}), now)?;
                    }
                }
                Ok::<_, storage::Error>(outcomes)
            })
        })
        .await
}

fn append(
    tx: &mut storage::Tx,
    action: &'static str,
    code: &str,
    detail: serde_json::Value,
    at: domain::time::Timestamp,
) -> Result<(), storage::Error> {
    storage::audit::append(
        tx,
        Entry {
            at,
            actor: Actor::System,
            action,
            subject_kind: "bundle",
            subject_id: code.to_owned(),
            person: None,
            purpose: None,
            detail,
        },
    )
}

/// SHA-256 over the canonical form: JSON with members in the order of the type.
fn digest(content: &Content) -> Vec<u8> {
    // As with definitions, this cannot fail.
    Sha256::digest(serde_json::to_vec(content).unwrap_or_default()).to_vec()
}
