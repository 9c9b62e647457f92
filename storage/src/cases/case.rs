//! Cases from their first draft on.

use domain::cases::CaseState;
use domain::ids::{CaseId, EntityId, PersonId, VersionId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Columns of [`CaseLine`].
macro_rules! line {
    () => {
        "id, person_id, entity_id, service_code, version_id, department, reference, state, pending_facts, created_at,
        changed_at, submitted_at, due_on, closed_at, version"
    };
}

/// Columns of [`Case`].
macro_rules! whole {
    () => {
        concat!(line!(), ", raw_answers, answers, decision, evidence_until, evidence_erased_at")
    };
}

statements! {
    INSERT = "INSERT INTO cases (id, person_id, entity_id, service_code, version_id, department, state, raw_answers,
              pending_facts, created_at, changed_at, version)
              VALUES ($1, $2, $3, $4, $5, $6, 'draft', $7, 0, $8, $8, 1)";
    BY_ID = concat!("SELECT ", whole!(), " FROM cases WHERE id = $1");
    LOCK for Sqlite = concat!("SELECT ", whole!(), " FROM cases WHERE id = $1");
    LOCK_POSTGRES for Postgres = concat!("SELECT ", whole!(), " FROM cases WHERE id = $1 FOR UPDATE");
    BY_REFERENCE = concat!("SELECT ", whole!(), " FROM cases WHERE reference = $1");
    DRAFT_OF = concat!("SELECT ", whole!(), " FROM cases WHERE person_id = $1 AND service_code = $2
                AND state = 'draft' AND entity_id IS NOT DISTINCT FROM $3 ORDER BY changed_at DESC, id DESC LIMIT 1");
    IN_THE_WAY = concat!("SELECT ", line!(), " FROM cases WHERE person_id = $1 AND service_code = $2
                  AND entity_id IS NOT DISTINCT FROM $3 AND (state IN ('awaiting_payment', 'submitted', 'accepted')
                  OR (state = 'approved' AND closed_at > $4 AND NOT EXISTS (SELECT 1 FROM certificates
                  WHERE certificates.case_id = cases.id AND certificates.standing = 'revoked')))
                  ORDER BY changed_at DESC, id DESC LIMIT 1");
    OF_PERSON = concat!("SELECT ", line!(), " FROM cases WHERE person_id = $1 AND (changed_at, id) < ($2, $3)
                 AND (entity_id IS NULL OR entity_id IN
                 (SELECT entity_id FROM representations WHERE person_id = $1 AND revoked_at IS NULL))
                 ORDER BY changed_at DESC, id DESC LIMIT $4");
    QUEUE = concat!("SELECT ", line!(), " FROM cases WHERE department = $1 AND state = $2
             AND submitted_at IS NOT NULL AND (submitted_at, id) > ($3, $4) ORDER BY submitted_at, id LIMIT $5");
    QUEUE_IDS = "SELECT id FROM cases WHERE department = $1 AND state = $2 AND submitted_at IS NOT NULL
                 ORDER BY submitted_at, id LIMIT $3";
    QUEUE_DUE = "SELECT due_on, pending_facts FROM cases WHERE department = $1 AND state = $2
                 AND submitted_at IS NOT NULL ORDER BY submitted_at, id LIMIT $3";
    FILED_BEFORE = concat!("SELECT ", line!(), " FROM cases WHERE department = $1 AND state = $2
                    AND submitted_at IS NOT NULL AND (submitted_at, id) < ($3, $4)
                    ORDER BY submitted_at DESC, id DESC LIMIT $5");
    SAVE_DRAFT = "UPDATE cases SET raw_answers = $3, changed_at = $4, version = version + 1
                  WHERE id = $1 AND version = $2 AND state = 'draft'";
    SUBMIT = "UPDATE cases SET state = $3, reference = $4, raw_answers = $5, answers = $6, decision = $7,
              submitted_at = $8, due_on = $9, closed_at = $10, evidence_until = $11, pending_facts = $12,
              changed_at = $8, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
    MOVE = "UPDATE cases SET state = $3, decision = COALESCE($4, decision), due_on = COALESCE($5, due_on),
            closed_at = $6, evidence_until = $7, changed_at = $8, version = version + 1
            WHERE id = $1 AND version = $2";
    SET_ANSWERS = "UPDATE cases SET answers = $3, changed_at = $4, version = version + 1 WHERE id = $1 AND version = $2";
    GROUNDS_CHANGED = "UPDATE cases SET version = version + 1 WHERE id = $1";
    SET_PENDING = "UPDATE cases SET pending_facts = $2, changed_at = $3, version = version + 1 WHERE id = $1";
    DELETE_DRAFT = "DELETE FROM cases WHERE id = $1 AND state = 'draft'";
    ABANDONED = concat!("SELECT ", line!(), " FROM cases WHERE state = 'draft' AND changed_at < $1
                ORDER BY changed_at LIMIT $2");
    EVIDENCE_DUE = concat!("SELECT ", line!(), " FROM cases WHERE evidence_until <= $1
                   ORDER BY evidence_until LIMIT $2");
    EVIDENCE_ERASED = "UPDATE cases SET evidence_until = NULL, evidence_erased_at = $2 WHERE id = $1
                       AND evidence_until IS NOT NULL";
}

/// A case as lists and trails show it: nothing that is sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CaseLine {
    pub id: CaseId,
    pub person_id: PersonId,
    pub entity_id: Option<EntityId>,
    pub service_code: String,
    pub version_id: VersionId,
    pub department: String,
    /// Nine characters, from submission on.
    pub reference: Option<String>,
    pub state: CaseState,
    /// How many facts that matter for closing no register has answered for.
    pub pending_facts: i64,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    /// The promised day, `2026-11-23`.
    pub due_on: Option<String>,
    pub closed_at: Option<Timestamp>,
    /// Counts changes; every change names the version it was decided on.
    pub version: i64,
}

/// One case. `raw_answers`, `answers` and `decision` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Case {
    #[sqlx(flatten)]
    pub line: CaseLine,
    pub raw_answers: Vec<u8>,
    pub answers: Option<Vec<u8>>,
    pub decision: Option<Vec<u8>>,
    /// When what registers said is to be erased; from closing until it is.
    pub evidence_until: Option<Timestamp>,
    pub evidence_erased_at: Option<Timestamp>,
}

impl std::ops::Deref for Case {
    type Target = CaseLine;

    fn deref(&self) -> &CaseLine {
        &self.line
    }
}

/// What a new draft needs.
#[derive(Clone, Debug)]
pub struct NewCase {
    pub id: CaseId,
    pub person_id: PersonId,
    pub entity_id: Option<EntityId>,
    pub service_code: String,
    pub version_id: VersionId,
    pub department: String,
    pub raw_answers: Vec<u8>,
    pub created_at: Timestamp,
}

pub async fn insert(tx: &mut Tx, case: &NewCase) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        case.id,
        case.person_id,
        case.entity_id,
        &case.service_code,
        case.version_id,
        &case.department,
        &case.raw_answers,
        case.created_at
    )?;
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, BY_ID, id)
}

/// Like [`by_id`], and whoever else wants to change the case waits until this transaction ends.
pub async fn lock(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, Error> {
    let statement = if tx.is_postgres() { LOCK_POSTGRES } else { LOCK };
    fetch_optional!(tx, Case, statement, id)
}

/// By the nine characters of a reference number.
pub async fn by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, BY_REFERENCE, reference)
}

/// The newest draft of a person for a service, in the same capacity.
pub async fn draft_of(
    tx: &mut Tx,
    person: PersonId,
    service: &str,
    entity: Option<EntityId>,
) -> Result<Option<Case>, Error> {
    fetch_optional!(tx, Case, DRAFT_OF, person, service, entity)
}

/// The newest case of an applicant for a service that is open, or was approved after `since` and still holds.
pub async fn in_the_way(
    tx: &mut Tx,
    person: PersonId,
    service: &str,
    entity: Option<EntityId>,
    since: Timestamp,
) -> Result<Option<CaseLine>, Error> {
    fetch_optional!(tx, CaseLine, IN_THE_WAY, person, service, entity, since)
}

/// Cases and drafts of a person, and of entities as long as the person may act for them, changed before `(before, id)`, newest first.
pub async fn of_person(
    tx: &mut Tx,
    person: PersonId,
    before: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, OF_PERSON, person, before.0, before.1, limit)
}

/// Cases of a department in a state, filed after `(after, id)`, oldest first.
pub async fn queue(
    tx: &mut Tx,
    department: &str,
    state: CaseState,
    after: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, QUEUE, department, state, after.0, after.1, limit)
}

/// How many cases wait in a state, counted up to `limit`.
pub async fn queue_length(
    tx: &mut Tx,
    department: &str,
    state: CaseState,
    limit: i64,
) -> Result<usize, Error> {
    Ok(fetch_all!(tx, (CaseId,), QUEUE_IDS, department, state, limit)?.len())
}

/// Promised day and number of pending facts of the `limit` oldest cases of a department in a state.
pub async fn queue_due(
    tx: &mut Tx,
    department: &str,
    state: CaseState,
    limit: i64,
) -> Result<Vec<(Option<String>, i64)>, Error> {
    fetch_all!(tx, (Option<String>, i64), QUEUE_DUE, department, state, limit)
}

/// Cases of a department in a state, filed before `(before, id)`, newest first.
pub async fn filed_before(
    tx: &mut Tx,
    department: &str,
    state: CaseState,
    before: (Timestamp, CaseId),
    limit: i64,
) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, FILED_BEFORE, department, state, before.0, before.1, limit)
}

/// Keeps what was typed. `false` when the draft changed or was filed meanwhile.
pub async fn save_draft(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    raw_answers: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SAVE_DRAFT, id, version, raw_answers, now)? == 1)
}

/// What filing changes in a case.
#[derive(Clone, Debug)]
pub struct Submission {
    pub state: CaseState,
    pub reference: String,
    /// Nothing any more: what was typed is in `answers`.
    pub raw_answers: Vec<u8>,
    pub answers: Vec<u8>,
    pub decision: Vec<u8>,
    pub at: Timestamp,
    pub due_on: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub evidence_until: Option<Timestamp>,
    pub pending_facts: i64,
}

/// Counts a change of what a case rests on, such as consent or the word of a register: what was judged on the version
/// before must be judged again.
pub async fn grounds_changed(tx: &mut Tx, id: CaseId) -> Result<(), Error> {
    execute!(tx, GROUNDS_CHANGED, id).map(drop)
}

impl Case {
    /// The row as [`submit`] leaves it.
    pub fn submitted(mut self, filed: &Submission) -> Case {
        self.raw_answers.clone_from(&filed.raw_answers);
        self.answers = Some(filed.answers.clone());
        self.decision = Some(filed.decision.clone());
        self.evidence_until = filed.evidence_until;
        let line = &mut self.line;
        line.state = filed.state;
        line.reference = Some(filed.reference.clone());
        line.submitted_at = Some(filed.at);
        line.changed_at = filed.at;
        line.due_on.clone_from(&filed.due_on);
        line.closed_at = filed.closed_at;
        line.pending_facts = filed.pending_facts;
        line.version += 1;
        self
    }
}

/// Files a draft. `false` when the draft changed or was filed meanwhile.
pub async fn submit(tx: &mut Tx, id: CaseId, version: i64, filed: &Submission) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        SUBMIT,
        id,
        version,
        filed.state,
        &filed.reference,
        &filed.raw_answers,
        &filed.answers,
        &filed.decision,
        filed.at,
        &filed.due_on,
        filed.closed_at,
        filed.evidence_until,
        filed.pending_facts
    )?;
    Ok(changed == 1)
}

/// What a step of a filed case changes; `None` leaves as it is.
#[derive(Clone, Debug)]
pub struct Move {
    pub state: CaseState,
    pub decision: Option<Vec<u8>>,
    pub due_on: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub evidence_until: Option<Timestamp>,
    pub at: Timestamp,
}

/// Moves a case on from `version`. `false` when someone else changed it meanwhile.
pub async fn advance(tx: &mut Tx, id: CaseId, version: i64, step: &Move) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        MOVE,
        id,
        version,
        step.state,
        &step.decision,
        &step.due_on,
        step.closed_at,
        step.evidence_until,
        step.at
    )?;
    Ok(changed == 1)
}

/// Replaces the answers of a filed case. `false` when someone else changed it meanwhile.
pub async fn set_answers(
    tx: &mut Tx,
    id: CaseId,
    version: i64,
    answers: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SET_ANSWERS, id, version, answers, now)? == 1)
}

/// Sets how many facts are still pending.
pub async fn set_pending(tx: &mut Tx, id: CaseId, pending: i64, now: Timestamp) -> Result<(), Error> {
    execute!(tx, SET_PENDING, id, pending, now)?;
    Ok(())
}

/// Removes a draft whose rows in other tables are gone. `false` when it is no draft (any more).
pub async fn delete_draft(tx: &mut Tx, id: CaseId) -> Result<bool, Error> {
    Ok(execute!(tx, DELETE_DRAFT, id)? == 1)
}

/// Drafts that nobody has touched since `before`, oldest first.
pub async fn abandoned(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, ABANDONED, before, limit)
}

/// Closed cases whose evidence is to be erased by `now`, longest overdue first.
pub async fn evidence_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<CaseLine>, Error> {
    fetch_all!(tx, CaseLine, EVIDENCE_DUE, now, limit)
}

/// Notes that the evidence of a case is erased. `false` when it was before.
pub async fn evidence_erased(tx: &mut Tx, id: CaseId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, EVIDENCE_ERASED, id, now)? == 1)
}
