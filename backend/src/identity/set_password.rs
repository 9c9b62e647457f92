//! Choosing a password.

use domain::identity::password::{self, PasswordError};
use domain::time::Timestamp;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::{half_sign_ins, persons, sessions, staff};
use storage::organisation::accounts;

use super::actor::{Actor, Denied, PersonActor};
use super::limits::{self, Bucket};
use super::profile::open_profile;
use super::sign_in::Token;
use super::viewer::{StaffMember, Viewer};
use crate::Backend;
use crate::messages::notify;

/// Why the password stays as it is.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SetPasswordError {
    #[error(transparent)]
    Unfit(#[from] PasswordError),
    /// Sign in again first.
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the present password is wrong")]
    WrongPassword,
    #[error("the new password is the present one")]
    Unchanged,
    #[error("too many attempts")]
    TooOften { retry_at: Timestamp },
    #[error("too many passwords are being checked")]
    Busy,
    /// The account or the session changed meanwhile.
    #[error("the session has changed")]
    Stale,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl SetPasswordError {
    /// Key of the words is `error-` and this; `None` where a form cannot help.
    pub fn code(&self) -> Option<&'static str> {
        Some(match self {
            SetPasswordError::Unfit(PasswordError::TooShort) => "password-too-short",
            SetPasswordError::Unfit(PasswordError::TooLong) => "password-too-long",
            SetPasswordError::Unfit(PasswordError::Guessable) => "password-guessable",
            SetPasswordError::Unfit(PasswordError::Personal) => "password-personal",
            SetPasswordError::WrongPassword => "password-present-wrong",
            SetPasswordError::Unchanged => "password-unchanged",
            SetPasswordError::Stale => "session-stale",
            SetPasswordError::TooOften { .. } => "too-often",
            SetPasswordError::Denied(_) | SetPasswordError::Busy | SetPasswordError::Storage(_) => {
                return None;
            }
        })
    }
}

/// Sets the password of a person who signed in within the last ten minutes, and ends their other sessions.
/// The session gets a new token.
pub async fn set_password(backend: &Backend, viewer: &Viewer, new: &str) -> Result<Token, SetPasswordError> {
    let actor = viewer.actor();
    let me: PersonActor = *actor.person()?;
    actor.require_recent()?;
    let person =
        persons::by_id(&mut backend.db.read().await?, me.id).await?.ok_or(storage::Error::NotFound)?;
    let profile = open_profile(backend, &person);
    let id = profile.resident_id.map(|id| id.as_str().to_owned()).unwrap_or_default();
    let name = profile.name.as_ref().map_or("", |n| n.as_str());
    let phone = profile.phone.as_ref().map_or("", |p| p.as_str());
    password::check(new, &[&id, name, phone])?;
    let hash = backend.passwords.hash(new, &*backend.chance).await.map_err(|_| SetPasswordError::Busy)?;
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let (job, session) = (backend.clone(), viewer.session.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let changed = persons::set_password(tx, me.id, person.version, Some(&hash)).await?;
                if !changed || !sessions::rotate(tx, &session, &token.hash()).await? {
                    return Err(SetPasswordError::Stale);
                }
                sessions::end_others_of_person(tx, me.id, session.id).await?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: Actor::Person(me).for_audit(),
                        action: "identity.set_password",
                        subject_kind: "person",
                        subject_id: me.id.to_string(),
                        person: Some(me.id),
                        purpose: None,
                        detail: json!({}),
                    },
                )?;
                notify(&job, tx, me.id, "password-changed", &json!({}), None).await?;
                Ok(token)
            })
        })
        .await
}

/// Changes the password of a member of staff, who must know the present one, and ends their other sessions.
/// The session gets a new token.
pub async fn change_staff_password(
    backend: &Backend,
    viewer: &Viewer,
    present: &str,
    new: &str,
) -> Result<Token, SetPasswordError> {
    let StaffMember { id, login, .. } = viewer.staff().ok_or(Denied::SignInNeeded)?.clone();
    // As at the sign-in: who found an open desk cannot try passwords here.
    let subject = format!("{login}|{}", viewer.session.id);
    let account = Bucket::new(backend, limits::STAFF_PASSWORDS_PER_ACCOUNT, &subject);
    if let Some(retry_at) = limits::take_now(backend, vec![account.clone()]).await? {
        return Err(SetPasswordError::TooOften { retry_at });
    }
    let member = staff::by_id(&mut backend.db.read().await?, id).await?.ok_or(storage::Error::NotFound)?;
    let fits = backend.passwords.verify(present, Some(&member.password_hash)).await;
    if !fits.map_err(|_| SetPasswordError::Busy)? {
        return Err(SetPasswordError::WrongPassword);
    }
    if present == new {
        return Err(SetPasswordError::Unchanged);
    }
    password::check(new, &[&login, &member.display_name])?;
    let hash = backend.passwords.hash(new, &*backend.chance).await.map_err(|_| SetPasswordError::Busy)?;
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let session = viewer.session.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                account.empty(tx).await?;
                let changed = staff::set_password(tx, id, member.version, &hash, false).await?;
                accounts::password_given(tx, id, None).await?;
                if !changed || !sessions::reauthenticate(tx, &session, &token.hash(), now).await? {
                    return Err(SetPasswordError::Stale);
                }
                half_sign_ins::remove_of_staff(tx, id).await?;
                sessions::end_others_of_staff(tx, id, session.id).await?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Staff(id),
                        action: "identity.set_password",
                        subject_kind: "staff",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: json!({}),
                    },
                )?;
                Ok(token)
            })
        })
        .await
}
