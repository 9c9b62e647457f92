//! Colleagues: their names, and who of them could work on a case.

use std::collections::{BTreeMap, BTreeSet};

use domain::identity::Role;
use domain::ids::StaffId;
use storage::identity::staff;
use storage::organisation::{appointments, posts};

use super::{Desk, handler, handler_of};
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Posts of an office, and people on a post, that are looked at.
const MOST: i64 = 100;

/// Display names of members of staff who had to do with a case.
pub async fn colleagues(
    backend: &Backend,
    actor: &Actor,
    ids: &[StaffId],
) -> Result<BTreeMap<StaffId, String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let distinct: Vec<StaffId> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let members = staff::by_ids(&mut tx, &distinct).await?;
    Ok(members.into_iter().map(|member| (member.id, member.display_name)).collect())
}

/// Somebody who could work on cases of a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub id: StaffId,
    pub name: String,
}

/// Who takes in or decides cases at the office of a desk now, by name.
pub async fn who_could_work_on(
    backend: &Backend,
    actor: &Actor,
    desk: &Desk,
) -> Result<Vec<Colleague>, CaseError> {
    handler_of(actor, desk)?;
    let (current, now) = (backend.organisation.current(), backend.now());
    let Some(office) = current.offices.get(&desk.department, desk.place) else { return Ok(Vec::new()) };
    let mut tx = backend.db.read().await?;
    let mut all = Vec::new();
    for post in posts::of_office(&mut tx, office.id, MOST).await? {
        let works =
            [Role::Intake, Role::Decide].iter().any(|role| post.roles.iter().any(|r| r == role.code()));
        if !works {
            continue;
        }
        for appointed in appointments::of_post(&mut tx, post.id, MOST).await? {
            let row = &appointed.row;
            let now_on_it =
                row.ended_at.is_none() && row.starts_at <= now && row.ends_at.is_none_or(|end| end > now);
            if now_on_it {
                all.push(Colleague { id: row.staff_id, name: appointed.display_name });
            }
        }
    }
    all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    all.dedup();
    Ok(all)
}
