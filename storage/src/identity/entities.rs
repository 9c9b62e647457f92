//! Legal entities, and the persons who may act for them.

use domain::ids::{EntityId, PersonId};
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::engine::many::{fetch_by_keys, keys};
use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

/// Representations that one person may hold at most in a list.
const LIST: i64 = 200;

/// A legal entity. Code and name are public.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Entity {
    pub id: EntityId,
    /// Unified social credit code (GB 32100), 18 characters.
    pub code: String,
    pub name: String,
    pub created_at: Timestamp,
    pub version: i64,
}

/// That a person may act for a legal entity.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Representation {
    pub person_id: PersonId,
    pub entity_id: EntityId,
    pub code: String,
    pub name: String,
    /// What the person is there, as the market-entity register says it.
    pub role: String,
    pub verified_at: Timestamp,
}

statements! {
    PUT = "INSERT INTO entities (id, code, name, created_at, version) VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (code) DO UPDATE SET name = excluded.name, version = entities.version + 1
        RETURNING id, code, name, created_at, version";
    BY_ID = "SELECT id, code, name, created_at, version FROM entities WHERE id = $1";
    BY_IDS = concat!("SELECT id, code, name, created_at, version FROM entities WHERE id IN (", keys!(), ")");
    REPRESENT = "INSERT INTO representations (person_id, entity_id, role, verified_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (person_id, entity_id)
        DO UPDATE SET role = excluded.role, verified_at = excluded.verified_at, revoked_at = NULL";
    REVOKE = "UPDATE representations SET revoked_at = $3
        WHERE person_id = $1 AND entity_id = $2 AND revoked_at IS NULL";
    REPRESENTATION = "SELECT r.person_id, r.entity_id, e.code, e.name, r.role, r.verified_at
        FROM representations r JOIN entities e ON e.id = r.entity_id
        WHERE r.person_id = $1 AND r.entity_id = $2 AND r.revoked_at IS NULL";
    REPRESENTATIONS = "SELECT r.person_id, r.entity_id, e.code, e.name, r.role, r.verified_at
        FROM representations r JOIN entities e ON e.id = r.entity_id
        WHERE r.person_id = $1 AND r.revoked_at IS NULL ORDER BY r.entity_id LIMIT $2";
}

/// Adds a legal entity or updates its name, and gives the row: under `id` when it is new.
pub async fn put(tx: &mut Tx, id: EntityId, code: &str, name: &str, now: Timestamp) -> Result<Entity, Error> {
    fetch_one!(tx, Entity, PUT, id, code, name, now)
}

pub async fn by_id(tx: &mut Tx, id: EntityId) -> Result<Option<Entity>, Error> {
    fetch_optional!(tx, Entity, BY_ID, id)
}

/// Those of `ids` that are there, in no order.
pub async fn by_ids(tx: &mut Tx, ids: &[EntityId]) -> Result<Vec<Entity>, Error> {
    fetch_by_keys!(tx, Entity, BY_IDS, ids)
}

/// Records that the register names `person` as one who may act for `entity`; renews an earlier record.
pub async fn represent(
    tx: &mut Tx,
    person: PersonId,
    entity: EntityId,
    role: &str,
    now: Timestamp,
) -> Result<(), Error> {
    execute!(tx, REPRESENT, person, entity, role, now).map(drop)
}

/// `false` when there was nothing to revoke.
pub async fn revoke(tx: &mut Tx, person: PersonId, entity: EntityId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, REVOKE, person, entity, now)? == 1)
}

/// Whether and as what `person` may act for `entity` now.
pub async fn representation(
    tx: &mut Tx,
    person: PersonId,
    entity: EntityId,
) -> Result<Option<Representation>, Error> {
    fetch_optional!(tx, Representation, REPRESENTATION, person, entity)
}

/// The legal entities that `person` may act for, 200 at most.
pub async fn representations(tx: &mut Tx, person: PersonId) -> Result<Vec<Representation>, Error> {
    fetch_all!(tx, Representation, REPRESENTATIONS, person, LIST)
}
