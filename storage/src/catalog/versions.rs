//! Versions of service definitions, immutable, and which of them new cases begin with.

use domain::catalog::{Definition, Retirement};
use domain::ids::{ProposalId, StaffId, VersionId};
use domain::time::Timestamp;
use jiff::civil::Date;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO service_versions (id, code, digest, definition, published_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (code, digest) DO NOTHING";
    ID_BY_DIGEST = "SELECT id FROM service_versions WHERE code = $1 AND digest = $2";
    MAKE_NEWEST = "INSERT INTO services (code, version_id, retired_at) VALUES ($1, $2, NULL)
                    ON CONFLICT (code) DO UPDATE SET version_id = excluded.version_id, retired_at = NULL
                    WHERE services.version_id <> excluded.version_id OR services.retired_at IS NOT NULL";
    ADD = "INSERT INTO services (code, version_id) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING";
    REPLACE = "UPDATE services SET version_id = $3 WHERE code = $1 AND version_id = $2";
    PUBLISH = "INSERT INTO service_publications (code, number, version_id, effective_from, published_at, proposal_id)
               SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM service_publications WHERE code = $1";
    RETIRE = "UPDATE services SET last_day = $3, grace_days = $4, successor = $5 WHERE code = $1 AND version_id = $2";
    COUNT_GENERATION = "UPDATE catalog_generation SET generation = generation + 1 WHERE only_row = 1";
    GENERATION = "SELECT generation FROM catalog_generation WHERE only_row = 1";
    CURRENT = "SELECT v.id, v.digest, v.definition, v.published_at, s.last_day, s.grace_days, s.successor
               FROM services s
               JOIN service_publications p ON p.code = s.code AND p.number = (SELECT MAX(q.number)
               FROM service_publications q WHERE q.code = s.code AND q.effective_from <= $3)
               JOIN service_versions v ON v.id = p.version_id
               WHERE s.retired_at IS NULL AND s.code > $1 ORDER BY s.code LIMIT $2";
    BY_ID = "SELECT id, digest, definition, published_at FROM service_versions WHERE id = $1";
    NEWEST = "SELECT code, version_id, last_day, grace_days, successor FROM services WHERE code = $1";
    ALL = "SELECT code, version_id, last_day, grace_days, successor FROM services WHERE code > $1
           ORDER BY code LIMIT $2";
    HISTORY = "SELECT p.number, p.version_id, v.digest, p.effective_from, p.published_at, p.proposal_id, r.note,
               r.proposed_by, r.decided_by
               FROM service_publications p JOIN service_versions v ON v.id = p.version_id
               LEFT JOIN service_proposals r ON r.id = p.proposal_id
               WHERE p.code = $1 AND p.number < $2 ORDER BY p.number DESC LIMIT $3";
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

/// A version that is in effect, and when its service ends.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Current {
    #[sqlx(flatten)]
    pub version: Version,
    last_day: Option<String>,
    grace_days: i64,
    successor: Option<String>,
}

impl Current {
    pub fn retirement(&self) -> Option<Retirement> {
        retirement(self.last_day.as_deref(), self.grace_days, self.successor.as_deref())
    }
}

/// What is newest of a service, in effect or not.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Newest {
    pub code: String,
    pub version_id: VersionId,
    last_day: Option<String>,
    grace_days: i64,
    successor: Option<String>,
}

impl Newest {
    pub fn retirement(&self) -> Option<Retirement> {
        retirement(self.last_day.as_deref(), self.grace_days, self.successor.as_deref())
    }
}

/// One publication of a service, with the proposal it goes back to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Publication {
    /// From 1, in the order of publication.
    pub number: i64,
    pub version_id: VersionId,
    pub digest: Vec<u8>,
    /// A day in China, `2026-11-23`.
    pub effective_from: String,
    pub published_at: Timestamp,
    /// None for what an operator published.
    pub proposal_id: Option<ProposalId>,
    pub note: Option<String>,
    pub proposed_by: Option<StaffId>,
    pub decided_by: Option<StaffId>,
}

pub(super) fn retirement(
    last_day: Option<&str>,
    grace_days: i64,
    successor: Option<&str>,
) -> Option<Retirement> {
    Some(Retirement {
        last_day: last_day?.parse().ok()?,
        grace_days: u16::try_from(grace_days).unwrap_or(0),
        successor: successor.map(str::to_owned),
    })
}

/// Keeps a version unless the same content is there already, and makes it the one of new cases from today on. Says whether
/// that changed anything. The end of a service stays as it is.
pub async fn publish(tx: &mut Tx, version: &Version) -> Result<bool, Error> {
    let id = keep(tx, version).await?;
    let code = &version.definition.code;
    let changed = execute!(tx, MAKE_NEWEST, code, id)? == 1;
    if changed {
        let from = version.published_at.date_in_china().to_string();
        execute!(tx, PUBLISH, code, id, from, version.published_at, None::<ProposalId>)?;
        execute!(tx, COUNT_GENERATION)?;
    }
    Ok(changed)
}

/// Where a publication comes from, and from which day on it is in effect.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// What was newest when it was proposed; none for a service that there was not.
    pub base: Option<VersionId>,
    pub proposal: ProposalId,
    pub effective_from: Date,
}

/// Publishes what was proposed, if its base is still the newest version; says whether it was.
pub async fn publish_proposed(tx: &mut Tx, version: &Version, origin: &Origin) -> Result<bool, Error> {
    let id = keep(tx, version).await?;
    let code = &version.definition.code;
    let placed = match origin.base {
        Some(base) => execute!(tx, REPLACE, code, base, id)?,
        None => execute!(tx, ADD, code, id)?,
    };
    if placed == 0 {
        return Ok(false);
    }
    let from = origin.effective_from.to_string();
    execute!(tx, PUBLISH, code, id, from, version.published_at, Some(origin.proposal))?;
    execute!(tx, COUNT_GENERATION)?;
    Ok(true)
}

/// Gives a service its last day, or takes it back, if `base` is still its newest version; says whether it was.
pub async fn retire(
    tx: &mut Tx,
    code: &str,
    base: VersionId,
    ends: Option<&Retirement>,
) -> Result<bool, Error> {
    let last_day = ends.map(|ends| ends.last_day.to_string());
    let grace = ends.map_or(0, |ends| i64::from(ends.grace_days));
    let successor = ends.and_then(|ends| ends.successor.clone());
    let changed = execute!(tx, RETIRE, code, base, last_day, grace, successor)? == 1;
    if changed {
        execute!(tx, COUNT_GENERATION)?;
    }
    Ok(changed)
}

async fn keep(tx: &mut Tx, version: &Version) -> Result<VersionId, Error> {
    let code = &version.definition.code;
    execute!(tx, INSERT, version.id, code, &version.digest, Json(&version.definition), version.published_at)?;
    let (id,) = fetch_one!(tx, (VersionId,), ID_BY_DIGEST, code, &version.digest)?;
    Ok(id)
}

/// The version with this content, if there was ever one.
pub async fn with_digest(tx: &mut Tx, code: &str, digest: &[u8]) -> Result<Option<VersionId>, Error> {
    let found = fetch_optional!(tx, (VersionId,), ID_BY_DIGEST, code, digest)?;
    Ok(found.map(|(id,)| id))
}

/// Grows with every publication.
pub async fn generation(tx: &mut Tx) -> Result<i64, Error> {
    let (generation,) = fetch_one!(tx, (i64,), GENERATION)?;
    Ok(generation)
}

/// Up to `limit` services with codes after `after` as they are in effect on a day, by code.
pub async fn current(tx: &mut Tx, after: &str, limit: i64, today: Date) -> Result<Vec<Current>, Error> {
    fetch_all!(tx, Current, CURRENT, after, limit, today.to_string())
}

pub async fn by_id(tx: &mut Tx, id: VersionId) -> Result<Option<Version>, Error> {
    fetch_optional!(tx, Version, BY_ID, id)
}

/// What is newest of a service.
pub async fn newest(tx: &mut Tx, code: &str) -> Result<Option<Newest>, Error> {
    fetch_optional!(tx, Newest, NEWEST, code)
}

/// Up to `limit` services with codes after `after`, in effect or not, by code.
pub async fn all(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<Newest>, Error> {
    fetch_all!(tx, Newest, ALL, after, limit)
}

/// Up to `limit` publications of a service before `before`, newest first.
pub async fn history(tx: &mut Tx, code: &str, before: i64, limit: i64) -> Result<Vec<Publication>, Error> {
    fetch_all!(tx, Publication, HISTORY, code, before, limit)
}
