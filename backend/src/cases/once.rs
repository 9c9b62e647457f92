//! What one can have only once.

use domain::catalog::{Definition, Once};
use domain::ids::{EntityId, PersonId};
use domain::time::Timestamp;
use storage::Tx;
use storage::cases::case;

use super::CaseError;

/// Refuses what the same applicant has applied for already, as the definition says. Until the transaction ends, nobody
/// else files or begins such a thing for the person.
pub(super) async fn only_once(
    tx: &mut Tx,
    definition: &Definition,
    person: PersonId,
    entity: Option<EntityId>,
    now: Timestamp,
) -> Result<(), CaseError> {
    let since = match definition.once {
        None => return Ok(()),
        Some(Once::Ever) => Timestamp::MIN,
        Some(Once::Days(days)) => now.plus_days(-i64::from(days)),
    };
    storage::identity::persons::lock(tx, person).await?;
    match case::in_the_way(tx, person, &definition.code, entity, since).await? {
        Some(other) => Err(CaseError::Already(other.id)),
        None => Ok(()),
    }
}
