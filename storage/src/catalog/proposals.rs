//! Proposals to change the catalogue: written by one, published by another.

use domain::catalog::{ProposalKind, ProposalState, Retirement};
use domain::ids::{ProposalId, StaffId, VersionId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

/// Columns of [`Row`].
macro_rules! row {
    () => {
        "id, code, kind, department, base_version_id, content, effective_from, last_day, grace_days, successor, note,
         state, proposed_by, created_at, changed_at, proposed_at, decided_by, decided_at, reason, version"
    };
}

statements! {
    INSERT = "INSERT INTO service_proposals (id, code, kind, department, base_version_id, content, effective_from, last_day,
              grace_days, successor, note, state, proposed_by, created_at, changed_at, proposed_at, version)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, 1)";
    BY_ID = concat!("SELECT ", row!(), " FROM service_proposals WHERE id = $1");
    OF_SERVICE = concat!("SELECT ", row!(), " FROM service_proposals WHERE code = $1
                  ORDER BY created_at DESC, id DESC LIMIT $2");
    OPEN = concat!("SELECT ", row!(), " FROM service_proposals WHERE state IN ('draft', 'proposed') AND id > $1
            ORDER BY id LIMIT $2");
    SAVE = "UPDATE service_proposals SET content = $3, effective_from = $4, note = $5, changed_at = $6,
            version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
    PROPOSE = "UPDATE service_proposals SET state = 'proposed', department = $3, proposed_at = $4, changed_at = $4,
               version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft'";
    REVISE = "UPDATE service_proposals SET state = 'draft', base_version_id = $3, proposed_at = NULL, changed_at = $4,
              version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('draft', 'proposed')";
    CLOSE = "UPDATE service_proposals SET state = $4, decided_by = $5, decided_at = $6, changed_at = $6, reason = $7,
             version = version + 1 WHERE id = $1 AND version = $2 AND state = $3";
    // The list of states is the condition of the index, as it stands there.
    PROPOSED = "SELECT department, CAST(count(*) AS BIGINT), CAST(count(*) FILTER (WHERE proposed_by = $1) AS BIGINT)
                FROM service_proposals WHERE state IN ('draft', 'proposed') AND state = 'proposed'
                GROUP BY department ORDER BY department LIMIT 10000";
    OPEN_OF = "SELECT COUNT(*) FROM service_proposals WHERE proposed_by = $1 AND state IN ('draft', 'proposed')";
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub id: ProposalId,
    /// Of the service.
    pub code: String,
    pub kind: ProposalKind,
    pub department: String,
    /// What was newest when it was written; none for a service that there was not.
    pub base: Option<VersionId>,
    /// The definition as typed.
    pub content: String,
    /// A version is in effect from this day in China on, as typed; at once when it has none.
    pub effective_from: Option<String>,
    /// When the service ends; for a retirement that has none, it goes on after all.
    pub ends: Option<Retirement>,
    /// Why.
    pub note: String,
    pub state: ProposalState,
    pub proposed_by: StaffId,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub proposed_at: Option<Timestamp>,
    /// Who approved, rejected or withdrew it.
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<Timestamp>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// Counts changes; every change names the version it was decided on.
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ProposalId,
    code: String,
    kind: String,
    department: String,
    base_version_id: Option<VersionId>,
    content: String,
    effective_from: Option<String>,
    last_day: Option<String>,
    grace_days: i64,
    successor: Option<String>,
    note: String,
    state: String,
    proposed_by: StaffId,
    created_at: Timestamp,
    changed_at: Timestamp,
    proposed_at: Option<Timestamp>,
    decided_by: Option<StaffId>,
    decided_at: Option<Timestamp>,
    reason: Option<String>,
    version: i64,
}

impl Row {
    /// What this crate wrote; a word that it never writes is taken for what can do no harm.
    fn read(self) -> Proposal {
        Proposal {
            id: self.id,
            kind: ProposalKind::from_code(&self.kind).unwrap_or(ProposalKind::Version),
            department: self.department,
            base: self.base_version_id,
            effective_from: self.effective_from,
            ends: super::versions::retirement(
                self.last_day.as_deref(),
                self.grace_days,
                self.successor.as_deref(),
            ),
            code: self.code,
            content: self.content,
            note: self.note,
            state: ProposalState::from_code(&self.state).unwrap_or(ProposalState::Withdrawn),
            proposed_by: self.proposed_by,
            created_at: self.created_at,
            changed_at: self.changed_at,
            proposed_at: self.proposed_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            reason: self.reason,
            version: self.version,
        }
    }
}

pub async fn insert(tx: &mut Tx, p: &Proposal) -> Result<(), Error> {
    let ends = p.ends.as_ref();
    execute!(
        tx,
        INSERT,
        p.id,
        &p.code,
        p.kind.code(),
        &p.department,
        p.base,
        &p.content,
        &p.effective_from,
        ends.map(|ends| ends.last_day.to_string()),
        ends.map_or(0, |ends| i64::from(ends.grace_days)),
        ends.and_then(|ends| ends.successor.clone()),
        &p.note,
        p.state.code(),
        p.proposed_by,
        p.created_at,
        p.proposed_at
    )?;
    Ok(())
}

pub async fn by_id(tx: &mut Tx, id: ProposalId) -> Result<Option<Proposal>, Error> {
    let found = fetch_optional!(tx, Row, BY_ID, id)?;
    Ok(found.map(Row::read))
}

/// Up to `limit` proposals about a service, newest first.
pub async fn of_service(tx: &mut Tx, code: &str, limit: i64) -> Result<Vec<Proposal>, Error> {
    let found = fetch_all!(tx, Row, OF_SERVICE, code, limit)?;
    Ok(found.into_iter().map(Row::read).collect())
}

/// Up to `limit` proposals after `after` of which something can still become.
pub async fn open(tx: &mut Tx, after: ProposalId, limit: i64) -> Result<Vec<Proposal>, Error> {
    let found = fetch_all!(tx, Row, OPEN, after, limit)?;
    Ok(found.into_iter().map(Row::read).collect())
}

/// How many proposals of each department wait for a decision, and how many of these somebody proposed.
pub async fn proposed(tx: &mut Tx, staff: StaffId) -> Result<Vec<(String, i64, i64)>, Error> {
    fetch_all!(tx, (String, i64, i64), PROPOSED, staff)
}

/// How many proposals of somebody are open.
pub async fn open_of(tx: &mut Tx, staff: StaffId) -> Result<i64, Error> {
    let (count,) = fetch_one!(tx, (i64,), OPEN_OF, staff)?;
    Ok(count)
}

/// Keeps what was typed, if the proposal is the draft of `version`; says whether it was.
pub async fn save(
    tx: &mut Tx,
    (id, version): (ProposalId, i64),
    content: &str,
    effective_from: Option<&str>,
    note: &str,
    at: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, SAVE, id, version, content, effective_from, note, at)? == 1)
}

/// Hands the draft of `version` to somebody else for a decision; says whether it was that draft.
pub async fn propose(
    tx: &mut Tx,
    (id, version): (ProposalId, i64),
    department: &str,
    at: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, PROPOSE, id, version, department, at)? == 1)
}

/// Makes the proposal of `version` a draft on `base`; says whether it was open.
pub async fn revise(
    tx: &mut Tx,
    (id, version): (ProposalId, i64),
    base: Option<VersionId>,
    at: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, REVISE, id, version, base, at)? == 1)
}

/// How a proposal ends.
#[derive(Clone, Debug)]
pub struct Closing {
    pub from: ProposalState,
    pub to: ProposalState,
    pub by: StaffId,
    pub at: Timestamp,
    pub reason: Option<String>,
}

/// Closes the proposal of `version`; says whether it was still that one, in that state.
pub async fn close(tx: &mut Tx, (id, version): (ProposalId, i64), closing: &Closing) -> Result<bool, Error> {
    let Closing { from, to, by, at, reason } = closing;
    Ok(execute!(tx, CLOSE, id, version, from.code(), to.code(), *by, *at, reason)? == 1)
}
