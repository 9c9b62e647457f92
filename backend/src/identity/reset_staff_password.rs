//! A new one-time password for a member of staff, from the command line.

use serde_json::json;
use storage::audit;
use storage::identity::{half_sign_ins, sessions, staff};
use storage::organisation::accounts;

use super::close_staff::{StaffAccountError, entry, open_account};
use super::create_staff::OneTimePassword;
use crate::Backend;

/// The old password is good no longer, and whoever is signed in with it is out.
pub async fn reset_staff_password(
    backend: &Backend,
    login: &str,
) -> Result<OneTimePassword, StaffAccountError> {
    let password = OneTimePassword::new(&*backend.chance);
    let hash = backend.passwords.hash(password.as_str(), &*backend.chance).await;
    let hash = hash.map_err(|_| StaffAccountError::Busy)?;
    let (login, now) = (login.to_owned(), backend.now());
    let kept: Result<(), StaffAccountError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = open_account(tx, &login).await?;
                if !staff::set_password(tx, member.id, member.version, &hash, true).await? {
                    return Err(StaffAccountError::Changed);
                }
                accounts::password_given(tx, member.id, None).await?;
                half_sign_ins::remove_of_staff(tx, member.id).await?;
                let ended = sessions::end_of_staff(tx, member.id).await?;
                let detail = json!({ "sessions_ended": ended });
                audit::append(tx, entry(now, "identity.reset_staff_password", member.id, detail))?;
                Ok(())
            })
        })
        .await;
    kept.map(|()| password)
}
