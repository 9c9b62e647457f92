//! What supervisors have been told.

use domain::cases::Light;
use domain::identity::Role;
use domain::ids::{CaseId, EscalationId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use storage::cases::case;
use storage::cases::escalations::{self, Escalation};

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::list::{Listed, listed};
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

/// Words shown of one post.
const MOST: i64 = 100;

/// What a supervisor has not looked at yet, longest first, with the case.
pub async fn untold(backend: &Backend, actor: &Actor) -> Result<Vec<(Told, Listed)>, CaseError> {
    let staff = actor.staff()?;
    if !staff.holds(Role::Supervise) {
        return Err(Denied::Forbidden.into());
    }
    let mut tx = backend.db.read().await?;
    let mut found: Vec<Escalation> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| grant.role == Role::Supervise) {
        let department = grant.scope.department.as_deref().unwrap_or_default();
        for row in escalations::unseen(&mut tx, department, grant.scope.region, MOST).await? {
            if !found.iter().any(|known| known.id == row.id) {
                found.push(row);
            }
        }
    }
    found.sort_by_key(|row| (row.at, row.id));
    found.truncate(MOST as usize);
    let mut all = Vec::with_capacity(found.len());
    for row in found {
        let Some(case) = case::by_id(&mut tx, row.case_id).await? else { continue };
        let told = Told::open(backend, row)?;
        let lines = listed(backend, &mut tx, vec![case.line]).await?;
        all.extend(lines.into_iter().map(|line| (told.clone(), line)));
    }
    Ok(all)
}

/// Who was told of a case. Callers have opened it for who asks.
pub async fn told_of_case(backend: &Backend, id: CaseId) -> Result<Vec<Told>, CaseError> {
    let rows = escalations::of_case(&mut backend.db.read().await?, id).await?;
    rows.into_iter().map(|row| Told::open(backend, row)).collect()
}
