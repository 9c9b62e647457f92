//! Revoking consent.

use domain::ids::ConsentId;
use serde_json::json;
use storage::cases::case;
use storage::registers::{consents, evidence};

use super::list::own_consent;
use crate::Backend;
use crate::cases::{CaseError, note};
use crate::identity::{Actor, Purpose};

/// Revokes a consent. What no authority was asked for loses what was fetched and cannot be filed before consent is given again; a filed case goes on under the law
/// that the authority acts by, and nothing more is fetched. In the name of an entity only while acting for it.
pub async fn revoke_consent(backend: &Backend, actor: &Actor, id: ConsentId) -> Result<(), CaseError> {
    let person = *actor.person()?;
    let now = backend.now();
    let actor = actor.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let consent = own_consent(tx, &actor, id).await?;
                // The case is locked: it is filed either before or after, not meanwhile.
                let row = case::lock(tx, consent.case_id).await?.ok_or(CaseError::NotFound)?;
                if row.entity_id.is_some() && row.entity_id != person.entity {
                    return Err(CaseError::NotActingFor);
                }
                if consents::revoke(tx, id, person.id, now).await? {
                    let purpose = Some(Purpose::Consent(consent.service_code));
                    note(tx, &actor, "consents.revoke", &row, purpose, json!({}), now)?;
                    case::grounds_changed(tx, row.id, now).await?;
                    if row.state.is_private() {
                        evidence::delete_of_case(tx, row.id).await?;
                    }
                }
                Ok(())
            })
        })
        .await
}
