//! Taking a lost second factor from a member of staff, from the command line.

use serde_json::json;
use storage::audit;
use storage::identity::{half_sign_ins, second_factors, sessions};
use storage::organisation::accounts;

use crate::Backend;
use crate::identity::close_staff::{StaffAccountError, entry, open_account};

/// The member's codes are good no longer, and whoever is signed in with them is out. Where a second factor is required,
/// the next sign-in sets up another.
pub async fn reset_second_factor(backend: &Backend, login: &str) -> Result<(), StaffAccountError> {
    let (login, now) = (login.to_owned(), backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = open_account(tx, &login).await?;
                if !second_factors::remove(tx, member.id).await? {
                    return Err(StaffAccountError::NoSecondFactor(member.login));
                }
                accounts::factor_taken(tx, member.id, None).await?;
                half_sign_ins::remove_of_staff(tx, member.id).await?;
                let ended = sessions::end_of_staff(tx, member.id).await?;
                let detail = json!({ "sessions_ended": ended });
                audit::append(tx, entry(now, "identity.reset_second_factor", member.id, detail))?;
                Ok(())
            })
        })
        .await
}
