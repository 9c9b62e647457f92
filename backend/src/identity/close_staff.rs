//! Closing the account of a member of staff, from the command line.

use domain::ids::StaffId;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::{
    sessions,
    staff::{self, Staff},
};
use storage::organisation::appointments;

use crate::Backend;

/// Why an account was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StaffAccountError {
    #[error("there is no account {0}")]
    None(String),
    #[error("the account {0} is closed")]
    Closed(String),
    #[error("the account {0} has no second factor")]
    NoSecondFactor(String),
    #[error("no identity service is configured: see staff.oidc")]
    NoIdentityService,
    #[error("a subject has 1 to 255 bytes without control characters")]
    Subject,
    #[error("another account is linked to this subject")]
    SubjectTaken,
    #[error("the account {0} is not linked")]
    NotLinked(String),
    #[error("the account was changed at the same time: try again")]
    Changed,
    #[error("too many passwords are being checked")]
    Busy,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Whoever has the account is out at once and never signs in again. What they did stays, under their name.
pub async fn close_staff(backend: &Backend, login: &str) -> Result<(), StaffAccountError> {
    let (login, now) = (login.to_owned(), backend.now());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = open_account(tx, &login).await?;
                let Staff { id, version, .. } = &member;
                if !staff::close(tx, *id, *version).await? {
                    return Err(StaffAccountError::Changed);
                }
                appointments::end_of_staff(tx, *id, now).await?;
                let ended = sessions::end_of_staff(tx, *id).await?;
                audit::append(
                    tx,
                    entry(now, "identity.close_staff", *id, json!({ "sessions_ended": ended })),
                )?;
                Ok(())
            })
        })
        .await
}

/// The account of this login, unless it is closed.
pub(super) async fn open_account(tx: &mut Tx, login: &str) -> Result<Staff, StaffAccountError> {
    let login = login.trim().to_lowercase();
    match staff::by_login(tx, &login).await? {
        Some(member) if member.active => Ok(member),
        Some(member) => Err(StaffAccountError::Closed(member.login)),
        None => Err(StaffAccountError::None(login)),
    }
}

pub(super) fn entry(
    at: domain::time::Timestamp,
    action: &'static str,
    id: StaffId,
    detail: serde_json::Value,
) -> Entry {
    Entry {
        at,
        actor: audit::Actor::System,
        action,
        subject_kind: "staff",
        subject_id: id.to_string(),
        person: None,
        purpose: None,
        detail,
    }
}
