//! Importing places: all of a file, or nothing when there is a mistake in it.

use std::collections::HashSet;
use std::sync::Arc;

use domain::organisation::region::{Region, RegionCode};
use domain::organisation::region_file::{Mistake, RegionFile, Row, Wrong, parents_elsewhere};
use domain::time::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::audit::{self, Entry};
use storage::organisation::regions;

use crate::Backend;
use crate::catalog::hex;
use crate::identity::{Actor, Denied};

/// Places that one transaction puts: others write in between.
const CHUNK: usize = 2_000;

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Places of the file.
    pub places: usize,
    /// Those of them that are new or have another name now.
    pub changed: u64,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// By line.
    #[error("the file has {} mistakes", .0.len())]
    Mistakes(Vec<Mistake>),
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Adds the places of `file` to the database, and renames those that are there under another name; none is removed. Run
/// again it changes nothing. A run that was stopped in the middle has done a part, each place after the one it lies in, and
/// another does the rest.
pub async fn import_regions(
    backend: &Backend,
    actor: &Actor,
    file: RegionFile,
) -> Result<Imported, ImportError> {
    // A command of the operator; nobody else changes what the country consists of.
    if *actor != Actor::System {
        return Err(Denied::Forbidden.into());
    }
    let (rows, mut mistakes) = file.finish();
    mistakes.extend(orphans(backend, &rows).await?);
    if !mistakes.is_empty() {
        mistakes.sort();
        return Err(ImportError::Mistakes(mistakes));
    }
    let places: Arc<Vec<Region>> = Arc::new(rows.into_iter().map(|row| row.region).collect());
    let entry = entry(backend.now(), actor, &places);
    let mut changed = 0;
    for from in (0..places.len()).step_by(CHUNK) {
        let to = places.len().min(from + CHUNK);
        // The act is on record from the first change on.
        let entry = (changed == 0).then(|| entry.clone());
        let places = places.clone();
        changed += backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let changed = regions::put(tx, &places[from..to]).await?;
                    if let Some(entry) = entry.filter(|_| changed > 0) {
                        audit::append(tx, entry)?;
                    }
                    Ok::<_, storage::Error>(changed)
                })
            })
            .await?;
    }
    Ok(Imported { places: places.len(), changed })
}

/// As the audit trail tells it: which places, by their digest.
pub(super) fn entry(now: Timestamp, actor: &Actor, places: &[Region]) -> Entry {
    let mut digest = Sha256::new();
    for Region { code, name } in places {
        digest.update(format!("{code},{},{}\n", name.zh, name.en));
    }
    Entry {
        at: now,
        actor: actor.for_audit(),
        action: "organisation.import_regions",
        subject_kind: "regions",
        subject_id: hex(&digest.finalize()),
        person: None,
        purpose: None,
        detail: json!({ "places": places.len() }),
    }
}

/// Places whose place above is neither among `rows` nor in the database.
async fn orphans(backend: &Backend, rows: &[Row]) -> Result<Vec<Mistake>, storage::Error> {
    let mut parents: Vec<RegionCode> = parents_elsewhere(rows).map(|(_, parent)| parent).collect();
    // Sorted, as the rows are by which they come.
    parents.dedup();
    let mut tx = backend.db.read().await?;
    let mut known = HashSet::with_capacity(parents.len());
    for group in parents.chunks(CHUNK) {
        known.extend(regions::by_codes(&mut tx, group).await?.into_iter().map(|region| region.code));
    }
    let orphan = |(row, parent): (&Row, RegionCode)| Mistake {
        line: row.line,
        wrong: Wrong::Orphan { code: row.region.code, parent },
    };
    Ok(parents_elsewhere(rows).filter(|(_, parent)| !known.contains(parent)).map(orphan).collect())
}
