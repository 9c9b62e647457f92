//! Which person of the identity service a member of staff is, from the command line.

use serde_json::json;
use storage::audit;
use storage::identity::{half_sign_ins, sessions, staff_links};

use super::subject_index;
use crate::Backend;
use crate::identity::close_staff::{StaffAccountError, entry, open_account};

/// From now on the person whom the service calls `subject` signs in as this member, and nobody else does by the service.
/// Whoever is signed in is out.
pub async fn link_staff(backend: &Backend, login: &str, subject: &str) -> Result<(), StaffAccountError> {
    let client = backend.staff.oidc.as_ref().ok_or(StaffAccountError::NoIdentityService)?;
    if subject.is_empty() || subject.len() > 255 || subject.chars().any(char::is_control) {
        return Err(StaffAccountError::Subject);
    }
    let index = subject_index(backend, &client.settings.issuer, subject);
    let (login, now) = (login.to_owned(), backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = open_account(tx, &login).await?;
                match staff_links::member(tx, &index).await? {
                    Some(linked) if linked == member.id => return Ok(()),
                    Some(_) => return Err(StaffAccountError::SubjectTaken),
                    None => {}
                }
                staff_links::put(tx, member.id, &index, now).await?;
                half_sign_ins::remove_of_staff(tx, member.id).await?;
                let ended = sessions::end_of_staff(tx, member.id).await?;
                let detail = json!({ "sessions_ended": ended });
                audit::append(tx, entry(now, "identity.link_staff", member.id, detail))?;
                Ok(())
            })
        })
        .await
}

/// Nobody signs in as this member by the service any more; whoever is signed in is out.
pub async fn unlink_staff(backend: &Backend, login: &str) -> Result<(), StaffAccountError> {
    let (login, now) = (login.to_owned(), backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = open_account(tx, &login).await?;
                if !staff_links::remove(tx, member.id).await? {
                    return Err(StaffAccountError::NotLinked(member.login));
                }
                half_sign_ins::remove_of_staff(tx, member.id).await?;
                let ended = sessions::end_of_staff(tx, member.id).await?;
                let detail = json!({ "sessions_ended": ended });
                audit::append(tx, entry(now, "identity.unlink_staff", member.id, detail))?;
                Ok(())
            })
        })
        .await
}
