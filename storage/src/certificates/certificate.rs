//! Certificates and their standing.

use domain::certificates::Standing;
use domain::ids::{CaseId, CertificateId, EntityId, PersonId, VersionId};
use domain::text::Text;
use domain::time::Timestamp;

use super::status_lists::{PLACES, Place, changed};
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO certificates (id, person_id, entity_id, case_id, department, kind, number, version_id,
              credential, issued_at, valid_from, valid_until, standing, status_place,
              authority_zh, authority_en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'good', $13, $14, $15)";
    BY_ID = "SELECT id, person_id, entity_id, case_id, department, kind, number, version_id, issued_at, valid_from,
             valid_until, standing, standing_changed_at, status_place, authority_zh, authority_en FROM certificates WHERE id = $1";
    BY_NUMBER = "SELECT id, person_id, entity_id, case_id, department, kind, number, version_id, issued_at, valid_from,
                 valid_until, standing, standing_changed_at, status_place, authority_zh, authority_en FROM certificates WHERE number = $1";
    BY_CASE = "SELECT id, person_id, entity_id, case_id, department, kind, number, version_id, issued_at, valid_from,
               valid_until, standing, standing_changed_at, status_place, authority_zh, authority_en FROM certificates WHERE case_id = $1";
    OF_PERSON = "SELECT id, person_id, entity_id, case_id, department, kind, number, version_id, issued_at, valid_from,
                 valid_until, standing, standing_changed_at, status_place, authority_zh, authority_en FROM certificates
                 WHERE person_id = $1 AND (issued_at, id) < ($2, $3) AND (entity_id IS NULL OR entity_id IN
                 (SELECT entity_id FROM representations WHERE person_id = $1 AND revoked_at IS NULL))
                 ORDER BY issued_at DESC, id DESC LIMIT $4";
    CREDENTIAL = "SELECT credential FROM certificates WHERE id = $1";
    REASON = "SELECT standing_reason FROM certificates WHERE id = $1";
    SET_STANDING = "UPDATE certificates SET standing = $2, standing_changed_at = $3, standing_reason = $4
                    WHERE id = $1 AND standing <> 'revoked' AND standing <> $2";
    NOT_GOOD = "SELECT status_place, standing FROM certificates WHERE department = $1 AND standing <> 'good'
                AND status_place > $2 AND status_place < $3 ORDER BY status_place LIMIT $4";
}

/// A certificate, without what is sealed of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Certificate {
    pub id: CertificateId,
    pub person_id: PersonId,
    pub entity_id: Option<EntityId>,
    pub case_id: CaseId,
    pub department: String,
    pub kind: String,
    pub number: String,
    pub version_id: VersionId,
    pub issued_at: Timestamp,
    pub valid_from: Timestamp,
    pub valid_until: Option<Timestamp>,
    pub standing: Standing,
    pub standing_changed_at: Option<Timestamp>,
    /// [`Place::number`] in the status lists of the department.
    pub status_place: i64,
    /// Name of the office that decided; what was issued before offices had names on it is its department's.
    pub authority_zh: Option<String>,
    pub authority_en: Option<String>,
}

impl Certificate {
    /// Name of the office that decided.
    pub fn authority(&self) -> Option<Text> {
        Some(Text::new(self.authority_zh.clone()?, self.authority_en.clone()?))
    }
}

/// Keeps a new certificate in good standing. `credential` is the SD-JWT VC with all disclosures, sealed.
pub async fn insert(tx: &mut Tx, c: &Certificate, credential: &[u8]) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        c.id,
        c.person_id,
        c.entity_id,
        c.case_id,
        &c.department,
        &c.kind,
        &c.number,
        c.version_id,
        credential,
        c.issued_at,
        c.valid_from,
        c.valid_until,
        c.status_place,
        &c.authority_zh,
        &c.authority_en
    )?;
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: CertificateId) -> Result<Option<Certificate>, Error> {
    fetch_optional!(tx, Certificate, BY_ID, id)
}

pub async fn by_number(tx: &mut Tx, number: &str) -> Result<Option<Certificate>, Error> {
    fetch_optional!(tx, Certificate, BY_NUMBER, number)
}

pub async fn by_case(tx: &mut Tx, case: CaseId) -> Result<Option<Certificate>, Error> {
    fetch_optional!(tx, Certificate, BY_CASE, case)
}

/// Certificates of a person, and of entities as long as the person may act for them, issued before `(before, id)`, newest first.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, CertificateId),
    limit: i64,
) -> Result<Vec<Certificate>, Error> {
    fetch_all!(tx, Certificate, OF_PERSON, person, before.0, before.1, limit)
}

/// The SD-JWT VC with all disclosures, sealed.
pub async fn credential(tx: &mut Tx, id: CertificateId) -> Result<Option<Vec<u8>>, Error> {
    Ok(fetch_optional!(tx, (Vec<u8>,), CREDENTIAL, id)?.map(|(credential,)| credential))
}

/// Why a certificate was revoked or suspended, sealed.
pub async fn standing_reason(tx: &mut Tx, id: CertificateId) -> Result<Option<Vec<u8>>, Error> {
    Ok(fetch_optional!(tx, (Option<Vec<u8>>,), REASON, id)?.and_then(|(reason,)| reason))
}

/// Changes the standing, for a sealed reason; a revocation is final. `false` when nothing changed.
pub async fn set_standing(
    tx: &mut Tx,
    c: &Certificate,
    standing: Standing,
    reason: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    let done = execute!(tx, SET_STANDING, c.id, standing, now, reason)? == 1;
    if done {
        changed(tx, &c.department, Place::at(c.status_place).list).await?;
    }
    Ok(done)
}

/// Indices after `after` in a list of a department that are not good, with their standing, in order.
pub async fn not_good(
    tx: &mut Tx,
    department: &str,
    list: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Standing)>, Error> {
    let first = Place { list, index: 0 }.number();
    let rows = fetch_all!(tx, (i64, Standing), NOT_GOOD, department, first + after, first + PLACES, limit)?;
    Ok(rows.into_iter().map(|(place, standing)| (place - first, standing)).collect())
}
