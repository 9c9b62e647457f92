//! What registers said, fact by fact.

use domain::ids::{CaseId, ConsentId, EvidenceId, PersonId};
use domain::registers::Word;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, statements};

statements! {
    INSERT_PENDING = "INSERT INTO evidence (id, case_id, person_id, consent_id, register, fact, state)
                      VALUES ($1, $2, $3, $4, $5, $6, 'pending')
                      ON CONFLICT (case_id, fact) DO UPDATE SET id = excluded.id, consent_id = excluded.consent_id, state = 'pending',
                      value = NULL, observed_at = NULL, fetched_at = NULL, digest = NULL, contested_at = NULL,
                      contest_reason = NULL";
    INSERT = "INSERT INTO evidence (id, case_id, person_id, consent_id, register, fact, state, value, observed_at, fetched_at,
              digest, contested_at, contest_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    ANSWER = "UPDATE evidence SET state = $2, value = $3, observed_at = $4, fetched_at = $5, digest = $6
              WHERE id = $1 AND state = 'pending'";
    OF_CASE = "SELECT id, case_id, person_id, consent_id, register, fact, state, value, observed_at, fetched_at, digest,
               contested_at, contest_reason FROM evidence WHERE case_id = $1 ORDER BY id LIMIT 200";
    CONTEST = "UPDATE evidence SET contested_at = $2, contest_reason = $3 WHERE id = $1 AND state <> 'pending'";
    DELETE_OF_CASE = "DELETE FROM evidence WHERE case_id = $1";
}

/// One fact of a case. `value` and `contest_reason` are sealed under the row's id.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Evidence {
    pub id: EvidenceId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub consent_id: ConsentId,
    pub register: String,
    pub fact: String,
    pub state: Word,
    pub value: Option<Vec<u8>>,
    /// The register's own time.
    pub observed_at: Option<Timestamp>,
    pub fetched_at: Option<Timestamp>,
    /// SHA-256 of the register's answer.
    pub digest: Option<Vec<u8>>,
    pub contested_at: Option<Timestamp>,
    pub contest_reason: Option<Vec<u8>>,
}

/// A fact that is about to be asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub id: EvidenceId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub consent_id: ConsentId,
    pub register: String,
    pub fact: String,
}

/// Notes that a fact is asked for; what was known of it before is forgotten.
pub async fn ask(tx: &mut Tx, a: &Asked) -> Result<(), Error> {
    execute!(tx, INSERT_PENDING, a.id, a.case_id, a.person_id, a.consent_id, &a.register, &a.fact)?;
    Ok(())
}

/// Keeps what is known already, for another case.
pub async fn insert(tx: &mut Tx, e: &Evidence) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        e.id,
        e.case_id,
        e.person_id,
        e.consent_id,
        &e.register,
        &e.fact,
        e.state,
        &e.value,
        e.observed_at,
        e.fetched_at,
        &e.digest,
        e.contested_at,
        &e.contest_reason
    )
    .map(drop)
}

/// What a register answered for one fact.
#[derive(Clone, Debug)]
pub struct Said {
    /// The row that was asked for; its value is sealed for this row alone.
    pub id: EvidenceId,
    pub state: Word,
    pub value: Option<Vec<u8>>,
    pub observed_at: Timestamp,
    pub fetched_at: Timestamp,
    pub digest: Vec<u8>,
}

/// Keeps an answer unless the fact was answered, or asked for anew, since. Says whether it was kept.
pub async fn answer(tx: &mut Tx, s: &Said) -> Result<bool, Error> {
    let changed = execute!(tx, ANSWER, s.id, s.state, &s.value, s.observed_at, s.fetched_at, &s.digest)?;
    Ok(changed == 1)
}

pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Evidence>, Error> {
    fetch_all!(tx, Evidence, OF_CASE, case)
}

/// The citizen says a value is wrong, or takes that back (`None`). `false` when there is no value yet.
pub async fn contest(
    tx: &mut Tx,
    id: EvidenceId,
    contested: Option<(Timestamp, Vec<u8>)>,
) -> Result<bool, Error> {
    let (at, reason) = contested.unzip();
    Ok(execute!(tx, CONTEST, id, at, reason)? == 1)
}

/// When a draft is thrown away, and when the time is over for which a closed case may keep it.
pub async fn delete_of_case(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    execute!(tx, DELETE_OF_CASE, case)?;
    Ok(())
}
