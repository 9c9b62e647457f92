//! Versions of service definitions, immutable, and which of them new cases begin with.

use domain::catalog::Definition;
use domain::ids::VersionId;
use domain::time::Timestamp;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO service_versions (id, code, digest, definition, published_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (code, digest) DO NOTHING";
    ID_BY_DIGEST = "SELECT id FROM service_versions WHERE code = $1 AND digest = $2";
    MAKE_CURRENT = "INSERT INTO services (code, version_id, retired_at) VALUES ($1, $2, NULL)
                    ON CONFLICT (code) DO UPDATE SET version_id = excluded.version_id, retired_at = NULL
                    WHERE services.version_id <> excluded.version_id OR services.retired_at IS NOT NULL";
    COUNT_GENERATION = "UPDATE catalog_generation SET generation = generation + 1 WHERE only_row = 1";
    GENERATION = "SELECT generation FROM catalog_generation WHERE only_row = 1";
    CURRENT = "SELECT v.id, v.digest, v.definition, v.published_at FROM services s
               JOIN service_versions v ON v.id = s.version_id
               WHERE s.retired_at IS NULL AND s.code > $1 ORDER BY s.code LIMIT $2";
    BY_ID = "SELECT id, digest, definition, published_at FROM service_versions WHERE id = $1";
}

/// One published version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Version {
    pub id: VersionId,
    /// SHA-256 of the canonical definition.
    pub digest: Vec<u8>,
    #[sqlx(json)]
    pub definition: Definition,
    pub published_at: Timestamp,
}

/// Keeps a version unless the same content is there already, and makes it the current one. Says whether that changed
/// what new cases begin with.
pub async fn publish(tx: &mut Tx, version: &Version) -> Result<bool, Error> {
    let code = &version.definition.code;
    execute!(tx, INSERT, version.id, code, &version.digest, Json(&version.definition), version.published_at)?;
    let (id,) = fetch_one!(tx, (VersionId,), ID_BY_DIGEST, code, &version.digest)?;
    let changed = execute!(tx, MAKE_CURRENT, code, id)? == 1;
    if changed {
        execute!(tx, COUNT_GENERATION)?;
    }
    Ok(changed)
}

/// Grows with every publication.
pub async fn generation(tx: &mut Tx) -> Result<i64, Error> {
    let (generation,) = fetch_one!(tx, (i64,), GENERATION)?;
    Ok(generation)
}

/// Up to `limit` current versions with codes after `after`, by code.
pub async fn current(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Version>, Error> {
    fetch_all!(tx, Version, CURRENT, after, limit)
}

pub async fn by_id(tx: &mut Tx, id: VersionId) -> Result<Option<Version>, Error> {
    fetch_optional!(tx, Version, BY_ID, id)
}
