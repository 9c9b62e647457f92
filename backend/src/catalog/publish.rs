//! Publishing definitions: each content is one immutable version, named by its digest.

use domain::catalog::Definition;
use domain::ids::VersionId;
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::audit::{Actor, Entry};
use storage::catalog::versions::{self, Version};

use crate::Backend;

/// What became of one definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// New cases begin with this content from now on.
    Changed,
    /// It was the current content already.
    Unchanged,
}

/// Publishes checked definitions in one transaction, all or none. Cases go on with the version they began with.
pub async fn publish(
    backend: &Backend,
    definitions: Vec<Definition>,
) -> Result<Vec<(String, Published)>, storage::Error> {
    let now = backend.now();
    let versions: Vec<Version> = definitions
        .into_iter()
        .map(|definition| Version {
            id: VersionId(backend.id()),
            digest: digest(&definition),
            definition,
            published_at: now,
        })
        .collect();
    let outcomes = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut outcomes = Vec::with_capacity(versions.len());
                for version in &versions {
                    let code = version.definition.code.clone();
                    let changed = versions::publish(tx, version).await?;
                    if changed {
                        storage::audit::append(
                            tx,
                            Entry {
                                at: now,
                                actor: Actor::System,
                                action: "catalog.publish",
                                subject_kind: "service",
                                subject_id: code.clone(),
                                person: None,
                                purpose: None,
                                detail: json!({ "digest": super::hex(&version.digest) }),
                            },
                        )?;
                    }
                    outcomes.push((code, if changed { Published::Changed } else { Published::Unchanged }));
                }
                Ok::<_, storage::Error>(outcomes)
            })
        })
        .await?;
    refresh(backend).await?;
    super::bundles::follow(backend).await?;
    Ok(outcomes)
}

/// Those of `definitions` whose content was never published: what ships with the program does not undo what was published
/// since.
pub async fn unpublished(
    backend: &Backend,
    definitions: Vec<Definition>,
) -> Result<Vec<Definition>, storage::Error> {
    let mut tx = backend.db.read().await?;
    let mut new = Vec::new();
    for definition in definitions {
        if versions::with_digest(&mut tx, &definition.code, &digest(&definition)).await?.is_none() {
            new.push(definition);
        }
    }
    Ok(new)
}

/// Takes over what was published and what the day brings.
pub async fn refresh(backend: &Backend) -> Result<(), storage::Error> {
    backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await
}

/// SHA-256 over the canonical form: JSON with members in the order of the type.
pub fn digest(definition: &Definition) -> Vec<u8> {
    // Definitions have text keys and no floats beyond four decimals: this cannot fail.
    Sha256::digest(serde_json::to_vec(definition).unwrap_or_default()).to_vec()
}
