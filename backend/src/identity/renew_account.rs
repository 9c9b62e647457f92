//! A new password, a lost second factor and the end of an account, by who keeps its office, in the browser.

use domain::ids::StaffId;
use domain::organisation::giving::Renewed;
use serde_json::json;
use storage::Tx;
use storage::identity::{half_sign_ins, second_factors, sessions, staff};
use storage::organisation::{accounts, appointments};

use super::Actor;
use super::create_staff::OneTimePassword;
use crate::Backend;
use crate::organisation::{OrganisationError, may_renew_account, note, refused};

/// Gives a clerk a new one-time password; the old one is good no longer, and whoever is signed in with it is out.
pub async fn give_password(
    backend: &Backend,
    actor: &Actor,
    id: StaffId,
) -> Result<OneTimePassword, OrganisationError> {
    let password = OneTimePassword::new(&*backend.chance);
    let hash = backend.passwords.hash(password.as_str(), &*backend.chance).await;
    let hash = hash.map_err(|_| OrganisationError::Busy)?;
    let now = backend.now();
    let by = actor.staff().ok().map(|staff| staff.id);
    change(backend, actor, id, Renewed::Password, move |tx, actor| {
        Box::pin(async move {
            let member = staff::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
            if !staff::set_password(tx, id, member.version, &hash, true).await? {
                return Err(OrganisationError::Changed);
            }
            accounts::password_given(tx, id, by).await?;
            let detail = json!({ "sessions_ended": sign_out(tx, id).await? });
            Ok(note(tx, actor, "identity.reset_staff_password", "staff", id.0, detail, now)?)
        })
    })
    .await?;
    Ok(password)
}

/// Takes a clerk's lost second factor; whoever is signed in is out.
pub async fn take_second_factor(
    backend: &Backend,
    actor: &Actor,
    id: StaffId,
) -> Result<(), OrganisationError> {
    let now = backend.now();
    let by = actor.staff().ok().map(|staff| staff.id);
    change(backend, actor, id, Renewed::SecondFactor, move |tx, actor| {
        Box::pin(async move {
            if !second_factors::remove(tx, id).await? {
                return Err(OrganisationError::NoSecondFactor);
            }
            accounts::factor_taken(tx, id, by).await?;
            let detail = json!({ "sessions_ended": sign_out(tx, id).await? });
            Ok(note(tx, actor, "identity.reset_second_factor", "staff", id.0, detail, now)?)
        })
    })
    .await
}

/// Closes a clerk's account: whoever has it is out at once and never signs in again. What they did stays.
pub async fn close_account(backend: &Backend, actor: &Actor, id: StaffId) -> Result<(), OrganisationError> {
    let now = backend.now();
    change(backend, actor, id, Renewed::Account, move |tx, actor| {
        Box::pin(async move {
            let member = staff::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
            if !staff::close(tx, id, member.version).await? {
                return Err(OrganisationError::Changed);
            }
            appointments::end_of_staff(tx, id, now).await?;
            let detail = json!({ "sessions_ended": sign_out(tx, id).await? });
            Ok(note(tx, actor, "identity.close_staff", "staff", id.0, detail, now)?)
        })
    })
    .await
}

async fn sign_out(tx: &mut Tx, id: StaffId) -> Result<u64, storage::Error> {
    half_sign_ins::remove_of_staff(tx, id).await?;
    sessions::end_of_staff(tx, id).await
}

/// Changes an account that is open, if the actor may.
async fn change(
    backend: &Backend,
    actor: &Actor,
    id: StaffId,
    what: Renewed,
    act: impl for<'t> FnOnce(&'t mut Tx, &'t Actor) -> storage::BoxFuture<'t, Result<(), OrganisationError>>
    + Clone
    + Send
    + 'static,
) -> Result<(), OrganisationError> {
    let (who, now) = (actor.clone(), backend.now());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = staff::lock(tx, id).await?.ok_or(OrganisationError::NotFound)?;
                may_renew_account(tx, &who, id, what, now).await?;
                who.require_recent()?;
                if !member.active {
                    return Err(OrganisationError::Closed);
                }
                act(tx, &who).await
            })
        })
        .await;
    refused::audited(backend, actor, "staff", id.0, done).await
}
