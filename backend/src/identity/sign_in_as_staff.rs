//! Signing in as a member of staff; also how a member proves themself again before a decision.

use std::net::IpAddr;

use storage::identity::sessions::Session;
use storage::identity::staff;

use super::limits::{self, Bucket};
use super::sign_in::{SignInError, Token};
use super::staff_entry::{Arrival, StaffEntry, Way, admit};
use crate::Backend;

/// Signs `session` in, or asks it for the second factor. An unknown login, one that was switched off and a wrong password
/// get the same answer.
pub async fn sign_in_as_staff(
    backend: &Backend,
    session: &Session,
    login: &str,
    password: &str,
    address: IpAddr,
) -> Result<StaffEntry, SignInError> {
    let login = login.trim().to_lowercase();
    let account = Bucket::of_account(backend, limits::STAFF_PASSWORDS_PER_ACCOUNT, &login, address);
    let from = Bucket::of_address(backend, limits::PASSWORDS_PER_ADDRESS, address);
    let member = staff::by_login(&mut backend.db.read().await?, &login).await?.filter(|member| member.active);
    let mut buckets = vec![account.clone(), from.clone()];
    // Strangers who try passwords from everywhere do not keep a clerk from work who is signed in already.
    if session.staff_id.is_none() || session.staff_id != member.as_ref().map(|member| member.id) {
        buckets.push(Bucket::new(backend, limits::STAFF_PASSWORDS_PER_ACCOUNT_ANYWHERE, &login));
    }
    if let Some(retry_at) = limits::take_now(backend, buckets).await? {
        // Who it is, for operators: somebody tries passwords.
        if let Some(member) = &member {
            tracing::warn!(staff = %member.id, "too many passwords are tried for an account");
        }
        return Err(SignInError::TooOften { retry_at });
    }
    let phc = member.as_ref().map(|m| m.password_hash.as_str());
    let fits = backend.passwords.verify(password, phc).await.map_err(|_| SignInError::Busy)?;
    let Some(member) = member.filter(|_| fits) else { return Err(SignInError::WrongPassword) };
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let (job, session) = (backend.clone(), session.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // As for persons; and the account may have been closed.
                let still = staff::lock(tx, member.id).await?;
                let still = still.filter(|still| still.active && still.password_hash == member.password_hash);
                let member = still.ok_or(SignInError::WrongPassword)?;
                account.empty(tx).await?;
                from.give_back(tx).await?;
                let arrival = Arrival { member, way: Way::Password, proven_at: Some(now), factor: None };
                admit(tx, &job, &session, arrival, token, now).await
            })
        })
        .await
}
