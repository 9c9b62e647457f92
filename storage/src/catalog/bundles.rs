//! Versions of bundles: each is a version among those of services, so that drafts keep it, with its members as they were.

use domain::catalog::Definition;
use domain::catalog::bundle::Published;
use domain::ids::VersionId;
use domain::time::Timestamp;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    INSERT_VERSION = "INSERT INTO service_versions (id, code, digest, definition, published_at) VALUES ($1, $2, $3, $4, $5)
                      ON CONFLICT (code, digest) DO NOTHING";
    INSERT = "INSERT INTO bundle_versions (version_id, content) VALUES ($1, $2) ON CONFLICT (version_id) DO NOTHING";
    ID_BY_DIGEST = "SELECT id FROM service_versions WHERE code = $1 AND digest = $2";
    MAKE_CURRENT = "INSERT INTO bundles (code, version_id, retired_at) VALUES ($1, $2, NULL)
                    ON CONFLICT (code) DO UPDATE SET version_id = excluded.version_id, retired_at = NULL
                    WHERE bundles.version_id <> excluded.version_id OR bundles.retired_at IS NOT NULL";
    RETIRE = "UPDATE bundles SET retired_at = $3 WHERE code = $1 AND version_id = $2 AND retired_at IS NULL";
    RETIRED = "SELECT v.id, v.digest, b.content, v.published_at FROM bundles c
               JOIN service_versions v ON v.id = c.version_id JOIN bundle_versions b ON b.version_id = v.id
               WHERE c.retired_at IS NOT NULL AND c.code > $1 ORDER BY c.code LIMIT $2";
    COUNT_GENERATION = "UPDATE catalog_generation SET generation = generation + 1 WHERE only_row = 1";
    CURRENT = "SELECT v.id, v.digest, b.content, v.published_at FROM bundles c
               JOIN service_versions v ON v.id = c.version_id JOIN bundle_versions b ON b.version_id = v.id
               WHERE c.retired_at IS NULL AND c.code > $1 ORDER BY c.code LIMIT $2";
    BY_ID = "SELECT v.id, v.digest, b.content, v.published_at FROM service_versions v
             JOIN bundle_versions b ON b.version_id = v.id WHERE v.id = $1";
    IS_SERVICE = "SELECT code FROM services WHERE code = $1";
}

/// One published version.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BundleVersion {
    pub id: VersionId,
    /// SHA-256 of the content.
    pub digest: Vec<u8>,
    #[sqlx(json)]
    pub content: Published,
    pub published_at: Timestamp,
}

/// Keeps a version unless the same content is there already, and makes it the current one; `shell` stands for it among
/// the versions of services. Says whether that changed what new forms begin with.
pub async fn publish(tx: &mut Tx, version: &BundleVersion, shell: &Definition) -> Result<bool, Error> {
    let code = &shell.code;
    execute!(tx, INSERT_VERSION, version.id, code, &version.digest, Json(shell), version.published_at)?;
    let (id,) = fetch_one!(tx, (VersionId,), ID_BY_DIGEST, code, &version.digest)?;
    execute!(tx, INSERT, id, Json(&version.content))?;
    let changed = execute!(tx, MAKE_CURRENT, code, id)? == 1;
    if changed {
        execute!(tx, COUNT_GENERATION)?;
    }
    Ok(changed)
}

/// The version of a service with this content.
pub async fn version_of(tx: &mut Tx, code: &str, digest: &[u8]) -> Result<Option<VersionId>, Error> {
    Ok(fetch_optional!(tx, (VersionId,), ID_BY_DIGEST, code, digest)?.map(|(id,)| id))
}

/// Whether a service bears the code.
pub async fn is_service(tx: &mut Tx, code: &str) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (String,), IS_SERVICE, code)?.is_some())
}

/// Takes a bundle out of the catalogue if this version of it is there. Says whether it was.
pub async fn retire(tx: &mut Tx, code: &str, version: VersionId, now: Timestamp) -> Result<bool, Error> {
    let changed = execute!(tx, RETIRE, code, version, now)? == 1;
    if changed {
        execute!(tx, COUNT_GENERATION)?;
    }
    Ok(changed)
}

/// Up to `limit` current versions with codes after `after`, by code.
pub async fn current(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<BundleVersion>, Error> {
    fetch_all!(tx, BundleVersion, CURRENT, after, limit)
}

/// Up to `limit` bundles that were taken out, as they were last, with codes after `after`, by code.
pub async fn retired(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<BundleVersion>, Error> {
    fetch_all!(tx, BundleVersion, RETIRED, after, limit)
}

pub async fn by_id(tx: &mut Tx, id: VersionId) -> Result<Option<BundleVersion>, Error> {
    fetch_optional!(tx, BundleVersion, BY_ID, id)
}
