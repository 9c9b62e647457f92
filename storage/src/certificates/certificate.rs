//! Certificates and their standing.

use domain::ids::{CaseId, CertificateId, EntityId, PersonId, VersionId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

statements! {
    TAKE_PLACE = "INSERT INTO status_lists (department, next_place) VALUES ($1, 1)
                  ON CONFLICT (department) DO UPDATE SET next_place = status_lists.next_place + 1 RETURNING next_place";
    INSERT = "INSERT INTO certificates (id, person_id, entity_id, case_id, department, kind, number, version_id,
              credential, issued_at, valid_from, valid_until, standing, status_place)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'good', $13)";
    BY_ID = "SELECT * FROM certificates WHERE id = $1";
    BY_NUMBER = "SELECT * FROM certificates WHERE number = $1";
    BY_CASE = "SELECT * FROM certificates WHERE case_id = $1";
    OF_PERSON = "SELECT * FROM certificates WHERE person_id = $1 AND (issued_at, id) < ($2, $3)
                 ORDER BY issued_at DESC, id DESC LIMIT $4";
    SET_STANDING = "UPDATE certificates SET standing = $2, standing_changed_at = $3, standing_reason = $4
                    WHERE id = $1 AND standing <> 'revoked' AND standing <> $2";
    NOT_GOOD = "SELECT status_place, standing FROM certificates
                WHERE department = $1 AND standing <> 'good' AND status_place > $2 ORDER BY status_place LIMIT $3";
    LENGTH = "SELECT next_place FROM status_lists WHERE department = $1";
}

/// A certificate. `credential` and `standing_reason` are sealed.
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
    /// The SD-JWT VC with all disclosures.
    pub credential: Vec<u8>,
    pub issued_at: Timestamp,
    pub valid_from: Timestamp,
    pub valid_until: Option<Timestamp>,
    /// `good`, `suspended` or `revoked`.
    pub standing: String,
    pub standing_changed_at: Option<Timestamp>,
    pub standing_reason: Option<Vec<u8>>,
    /// Place in the status list of the department.
    pub status_place: i64,
}

/// The next free place in the status list of a department. Concurrent transactions get different places.
pub async fn take_place(tx: &mut Tx, department: &str) -> Result<i64, Error> {
    let (next,) = fetch_one!(tx, (i64,), TAKE_PLACE, department)?;
    Ok(next - 1)
}

pub async fn insert(tx: &mut Tx, c: &Certificate) -> Result<(), Error> {
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
        &c.credential,
        c.issued_at,
        c.valid_from,
        c.valid_until,
        c.status_place
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

/// Certificates of a person issued before `(before, id)`, newest first.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, CertificateId),
    limit: i64,
) -> Result<Vec<Certificate>, Error> {
    fetch_all!(tx, Certificate, OF_PERSON, person, before.0, before.1, limit)
}

/// Changes the standing; a revocation is final. `false` when nothing changed.
pub async fn set_standing(
    tx: &mut Tx,
    id: CertificateId,
    standing: &str,
    reason: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SET_STANDING, id, standing, now, reason)? == 1)
}

/// Places after `after` of a department's list that are not good, with their standing, by place.
pub async fn not_good(
    tx: &mut Tx,
    department: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, String)>, Error> {
    fetch_all!(tx, (i64, String), NOT_GOOD, department, after, limit)
}

/// How many places of a department's list are given away.
pub async fn status_list_length(tx: &mut Tx, department: &str) -> Result<i64, Error> {
    Ok(fetch_optional!(tx, (i64,), LENGTH, department)?.map_or(0, |(length,)| length))
}
