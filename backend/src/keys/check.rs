//! Whether the key ring is the one that the database was written with.

use storage::keys::key_checks::{self, KeyCheck};

use crate::Backend;
use crate::sealing::{KeyRing, Place};

const KNOWN: &str = "zhangban";

/// Why a database and a key ring do not belong together.
#[derive(Clone, Debug, thiserror::Error)]
pub enum KeyCheckError {
    #[error("it has no key {0}, with which values are sealed")]
    Missing(i64),
    #[error("its key {0} is another one")]
    Foreign(i64),
    #[error("its index key is another one")]
    ForeignIndex,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Checks the ring against the database, which has to be migrated. A database that does not know the current key yet
/// takes note of it.
pub async fn check(backend: &Backend) -> Result<(), KeyCheckError> {
    let ring = &backend.keys;
    if known(ring, &key_checks::all(&mut backend.db.read().await?).await?)? {
        return Ok(());
    }
    let key_id = i64::from(ring.current());
    let new = KeyCheck {
        key_id,
        sealed: backend.seal(place(&key_id.to_be_bytes()), KNOWN.as_bytes()),
        index_digest: ring.blind_index("key_checks", KNOWN),
    };
    let kept: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { key_checks::insert(tx, &new).await })).await;
    kept?;
    // Another process may have been first, with another ring.
    known(ring, &key_checks::all(&mut backend.db.read().await?).await?).map(drop)
}

/// Whether the current key is among the checks, all of which must hold.
fn known(ring: &KeyRing, checks: &[KeyCheck]) -> Result<bool, KeyCheckError> {
    for check in checks {
        if check.index_digest != ring.blind_index("key_checks", KNOWN) {
            return Err(KeyCheckError::ForeignIndex);
        }
        let opened = ring.open_sealed(place(&check.key_id.to_be_bytes()), &check.sealed);
        if opened.as_deref() != Ok(KNOWN.as_bytes()) {
            let here = u32::try_from(check.key_id).is_ok_and(|id| ring.has(id));
            let id = check.key_id;
            return Err(if here { KeyCheckError::Foreign(id) } else { KeyCheckError::Missing(id) });
        }
    }
    Ok(checks.iter().any(|check| check.key_id == i64::from(ring.current())))
}

fn place(row: &[u8]) -> Place<'_> {
    Place { table: "key_checks", column: "sealed", row }
}
