//! Making an account for a member of staff, in the browser: without a post. A second administrator gives that.

use domain::ids::{OfficeId, StaffId};
use serde_json::json;
use storage::identity::staff::{self, Staff};
use storage::organisation::{accounts, offices};

use super::create_staff::{OneTimePassword, checked_login, checked_name};
use super::{Actor, may_organise};
use crate::Backend;
use crate::organisation::{OrganisationError, note, refused, scope_of};

/// Makes an account that is kept at `office`, and its one-time password. For who keeps that office.
pub async fn create_account(
    backend: &Backend,
    actor: &Actor,
    office: OfficeId,
    login: &str,
    name: &str,
) -> Result<(StaffId, OneTimePassword), OrganisationError> {
    let done = create(backend, actor, office, login, name).await;
    refused::audited(backend, actor, "office", office.0, done).await
}

async fn create(
    backend: &Backend,
    actor: &Actor,
    office: OfficeId,
    login: &str,
    name: &str,
) -> Result<(StaffId, OneTimePassword), OrganisationError> {
    let home = offices::by_id(&mut backend.db.read().await?, office).await?;
    let home = home.filter(|home| home.abolished_at.is_none()).ok_or(OrganisationError::NotFound)?;
    may_organise(actor, &scope_of(&home))?;
    actor.require_recent()?;
    let login = checked_login(login).ok_or(OrganisationError::Login)?;
    let display_name = checked_name(name).ok_or(OrganisationError::Name)?;
    let password = OneTimePassword::new(&*backend.chance);
    let hash = backend.passwords.hash(password.as_str(), &*backend.chance).await;
    let (now, id) = (backend.now(), StaffId(backend.id()));
    let row = Staff {
        id,
        login,
        display_name,
        password_hash: hash.map_err(|_| OrganisationError::Busy)?,
        active: true,
        must_change: true,
        created_at: now,
        version: 1,
    };
    let (who, made_by) = (actor.clone(), actor.staff().ok().map(|staff| staff.id));
    let kept: Result<(), OrganisationError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !staff::insert(tx, &row).await? {
                    return Err(OrganisationError::Taken);
                }
                accounts::keep_at(tx, id, office, made_by).await?;
                Ok(note(tx, &who, "identity.create_staff", "staff", id.0, json!({ "office": office }), now)?)
            })
        })
        .await;
    kept.map(|()| (id, password))
}
