//! Names of colleagues.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::ids::StaffId;
use storage::identity::staff;

use super::handler;
use crate::Backend;
use crate::cases::CaseError;
use crate::identity::Actor;

/// Display names of members of staff who had to do with a case.
pub async fn colleagues(
    backend: &Backend,
    actor: &Actor,
    ids: &[StaffId],
) -> Result<BTreeMap<StaffId, String>, CaseError> {
    handler(actor)?;
    let mut tx = backend.db.read().await?;
    let mut names = BTreeMap::new();
    for &id in ids {
        if let Entry::Vacant(place) = names.entry(id)
            && let Some(member) = staff::by_id(&mut tx, id).await?
        {
            place.insert(member.display_name);
        }
    }
    Ok(names)
}
