//! Consents to fetch facts for a purpose.

use domain::ids::{CaseId, ConsentId, PersonId};
use domain::text::Text;
use domain::time::Timestamp;
use sqlx::types::Json;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

macro_rules! columns {
    () => {
        "id, person_id, case_id, service_code, purpose, facts, keep_days, given_at, revoked_at"
    };
}

statements! {
    INSERT = "INSERT INTO consents (id, person_id, case_id, service_code, purpose, facts, keep_days, given_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_ID = concat!("SELECT ", columns!(), " FROM consents WHERE id = $1");
    OF_CASE = concat!("SELECT ", columns!(), " FROM consents WHERE case_id = $1
               ORDER BY given_at DESC, id DESC LIMIT 1");
    OF_PERSON = concat!("SELECT ", columns!(), " FROM consents WHERE person_id = $1 AND (given_at, id) < ($2, $3)
                 AND case_id IN (SELECT id FROM cases WHERE person_id = $1 AND (entity_id IS NULL OR entity_id IN
                 (SELECT entity_id FROM representations WHERE person_id = $1 AND revoked_at IS NULL)))
                 ORDER BY given_at DESC, id DESC LIMIT $4");
    REVOKE = "UPDATE consents SET revoked_at = $3 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL";
    DELETE_OF_CASE = "DELETE FROM consents WHERE case_id = $1";
}

/// One consent.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Consent {
    pub id: ConsentId,
    pub person_id: PersonId,
    pub case_id: CaseId,
    pub service_code: String,
    #[sqlx(json)]
    pub purpose: Text,
    /// Ids of the facts.
    #[sqlx(json)]
    pub facts: Vec<String>,
    /// Days after the case is closed.
    pub keep_days: i64,
    pub given_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

pub async fn insert(tx: &mut Tx, c: &Consent) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        c.id,
        c.person_id,
        c.case_id,
        &c.service_code,
        Json(&c.purpose),
        Json(&c.facts),
        c.keep_days,
        c.given_at
    )?;
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: ConsentId) -> Result<Option<Consent>, Error> {
    fetch_optional!(tx, Consent, BY_ID, id)
}

/// The newest consent given for a case.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Option<Consent>, Error> {
    fetch_optional!(tx, Consent, OF_CASE, case)
}

/// Consents of a person, without those for entities they no longer represent, given before `(before, id)`, newest first.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, ConsentId),
    limit: i64,
) -> Result<Vec<Consent>, Error> {
    fetch_all!(tx, Consent, OF_PERSON, person, before.0, before.1, limit)
}

/// `false` when it is not this person's or was revoked before.
pub async fn revoke(tx: &mut Tx, id: ConsentId, person: PersonId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, REVOKE, id, person, now)? == 1)
}

/// Only for drafts that are thrown away.
pub async fn delete_of_case(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    execute!(tx, DELETE_OF_CASE, case)?;
    Ok(())
}
