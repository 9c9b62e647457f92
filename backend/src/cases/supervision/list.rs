//! What supervisors have been told.

use std::cmp::Reverse;
use std::collections::HashMap;

use domain::cases::Light;
use domain::identity::Role;
use domain::ids::{CaseId, EscalationId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use storage::cases::case::{self, CaseLine};
pub use storage::cases::escalations::Key;
use storage::cases::escalations::{self, Escalation};

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::list::{Listed, listed};
use crate::cases::queue::departments;
use crate::identity::{Actor, Denied};
use crate::sealing::Place;

/// A word that a case runs late, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub id: EscalationId,
    pub light: Light,
    /// The office that was told.
    pub department: String,
    pub region: RegionCode,
    pub at: Timestamp,
    pub seen: Option<(Timestamp, StaffId)>,
    /// What the office said to it.
    pub words: Option<String>,
}

impl Told {
    fn open(backend: &Backend, row: Escalation) -> Result<Told, CaseError> {
        let place = Place::new("escalations", "words", &row.id.0);
        let words = row.words.as_ref().map(|words| backend.open_json(place, words)).transpose()?;
        Ok(Told {
            id: row.id,
            light: row.light,
            department: row.department,
            region: row.region,
            at: row.at,
            seen: row.seen_at.zip(row.seen_by),
            words,
        })
    }
}

/// Words on a page.
pub const LISTED: usize = 50;

/// What a supervisor was told and has not looked at yet, of cases that are not closed, with the case: red first, then the
/// oldest, from `after` on; and where the next page begins.
pub async fn unseen(
    backend: &Backend,
    actor: &Actor,
    after: Option<Key>,
) -> Result<(Vec<(Told, Listed)>, Option<Key>), CaseError> {
    let staff = actor.staff()?;
    if !staff.holds(Role::Supervise) {
        return Err(Denied::Forbidden.into());
    }
    let mut watched: Vec<(String, RegionCode)> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| grant.role == Role::Supervise) {
        watched.extend(departments(backend, grant).into_iter().map(|d| (d, grant.scope.region)));
    }
    watched.sort();
    watched.dedup();
    let mut tx = backend.db.read().await?;
    let mut found: Vec<Escalation> = Vec::new();
    for (department, place) in watched {
        found.extend(escalations::unseen(&mut tx, &department, place, after, LISTED as i64 + 1).await?);
    }
    // Red is the greatest light, and comes first.
    found.sort_by_key(|row| (Reverse(row.light), row.at, row.id));
    found.dedup_by_key(|row| row.id);
    let more = found.len() > LISTED;
    found.truncate(LISTED);
    let next = found.last().filter(|_| more).map(|row| (row.light, row.at, row.id));
    let ids: Vec<CaseId> = found.iter().map(|row| row.case_id).collect();
    let cases: HashMap<CaseId, CaseLine> =
        case::lines(&mut tx, &ids).await?.into_iter().map(|line| (line.id, line)).collect();
    let (mut told, mut lines) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    for row in found {
        let Some(line) = cases.get(&row.case_id) else { continue };
        lines.push(line.clone());
        told.push(Told::open(backend, row)?);
    }
    let listed = listed(backend, &mut tx, lines).await?;
    Ok((told.into_iter().zip(listed).collect(), next))
}

/// Who was told of a case. Callers have opened it for who asks.
pub async fn told_of_case(backend: &Backend, id: CaseId) -> Result<Vec<Told>, CaseError> {
    let rows = escalations::of_case(&mut backend.db.read().await?, id).await?;
    rows.into_iter().map(|row| Told::open(backend, row)).collect()
}
