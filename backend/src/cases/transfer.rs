//! Handing a case to another office of the department: up, down or across, with a reason and a clock of its own.

use domain::cases::{CaseState, EventKind};
use domain::identity::Role;
use domain::ids::{CaseId, OfficeId};
use domain::organisation::Office;
use serde_json::json;
use storage::cases::case;

use super::clocks::clocked;
use super::examination::reseat;
use super::load::at_desk_to_work;
use super::track::{record, tell_transferred};
use super::{CaseError, audited, note, own_words};
use crate::Backend;
use crate::identity::Actor;

/// Working days within which the office that gets a case has to take it on.
pub const TAKE_DAYS: u16 = 1;

/// Where an office can hand a case: up, then down, then across at the same level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub up: Option<Office>,
    pub down: Vec<Office>,
    pub across: Vec<Office>,
}

/// The ways out of the office that handles cases of `department` at `place`.
pub fn ways(backend: &Backend, department: &str, place: domain::organisation::region::RegionCode) -> Ways {
    let current = backend.organisation.current();
    let offices = &current.offices;
    let Some(office) = offices.get(department, place) else { return Ways::default() };
    let up = offices.above(office);
    let beside = up.map(|up| offices.below(up)).unwrap_or_default();
    Ways {
        up: up.cloned(),
        down: offices.below(office).into_iter().cloned().collect(),
        across: beside.into_iter().filter(|other| other.id != office.id).cloned().collect(),
    }
}

/// Hands the case to another office. `version` is what the clerk was looking at. The promised time goes on; the other
/// office has [`TAKE_DAYS`] to take it on.
pub async fn transfer(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    to: OfficeId,
    reason: &str,
) -> Result<(), CaseError> {
    actor.staff()?;
    let reason = own_words(reason)?;
    let (job, who) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &job;
                let opened =
                    at_desk_to_work(backend, tx, &who, &[Role::Intake, Role::Decide], id, version).await?;
                let row = &opened.row;
                if !matches!(row.state, CaseState::Submitted | CaseState::Accepted) {
                    return Err(CaseError::Changed);
                }
                let ways = ways(backend, &row.department, row.place);
                let target = ways.up.iter().chain(&ways.down).chain(&ways.across).find(|o| o.id == to);
                let target = target.ok_or(CaseError::NotFound)?;
                let current = backend.organisation.current();
                let from = current.offices.get(&row.department, row.place).ok_or(CaseError::NotFound)?;
                let now = backend.now();
                let mut clock = opened.clock();
                if let Some(clock) = &mut clock {
                    clock.hop(TAKE_DAYS, now.date_in_china());
                }
                let dates = clock.map(|clock| clocked(backend, clock)).unwrap_or_default();
                if !case::relocate(tx, id, row.version, &row.department, target.region, &dates, now).await? {
                    return Err(CaseError::Changed);
                }
                reseat(backend, tx, &opened, &row.department, target.region).await?;
                let detail = json!({ "from": from.name, "to": target.name, "reason": reason });
                record(backend, tx, row, EventKind::Transferred, &who, detail).await?;
                let detail = json!({ "from": from.id, "to": target.id });
                note(tx, &who, "cases.transfer", row, None, detail, now)?;
                tell_transferred(backend, tx, &opened, &target.name).await
            })
        })
        .await;
    audited(backend, actor, done).await
}
