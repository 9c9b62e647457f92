//! The name of an office, and how it can be reached.

use domain::ids::OfficeId;
use domain::organisation::office_file::{Contact, is_name};
use domain::text::Text;
use serde_json::json;
use storage::organisation::offices::{self, OfficeRow};

use super::giving::scope_of;
use super::open_office::note;
use super::{OrganisationError, refused};
use crate::Backend;
use crate::identity::{Actor, may_organise};

/// Says anew what an office is called and how it can be reached. For who keeps it.
pub async fn describe_office(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    name: Text,
    contact: Contact,
) -> Result<(), OrganisationError> {
    let (now, who) = (backend.now(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let office = offices::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
                may_organise(&who, &scope_of(&office))?;
                if !is_name(&name) {
                    return Err(OrganisationError::Name);
                }
                let before = json!({ "zh": office.name_zh, "en": office.name_en });
                let described =
                    with_contact(OfficeRow { name_zh: name.zh, name_en: name.en, ..office }, contact);
                if !offices::describe(tx, &described).await? {
                    return Err(OrganisationError::NotFound);
                }
                let detail = json!({ "before": before });
                Ok(note(tx, &who, "organisation.describe_office", "office", id.0, detail, now)?)
            })
        })
        .await;
    refused::audited(backend, actor, "office", id.0, done).await?;
    backend.organisation.refresh(&backend.db).await?;
    Ok(())
}

/// The row with how the office can be reached.
pub(super) fn with_contact(row: OfficeRow, contact: Contact) -> OfficeRow {
    let (zh, en) = contact.address.map(|address| (address.zh, address.en)).unzip();
    OfficeRow { phone: contact.phone, address_zh: zh, address_en: en, ..row }
}
