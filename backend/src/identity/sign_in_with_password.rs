//! Signing in with phone number and password.

use std::net::IpAddr;

use domain::identity::Phone;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::persons;
use storage::identity::sessions::{Owner, Session};

use super::limits::{self, Bucket};
use super::sign_in::{SignInError, SignedIn, Token, enter};
use crate::Backend;

/// Signs `session` in. An unknown number, an account without a password and a wrong password take the same time and get
/// the same answer.
pub async fn sign_in_with_password(
    backend: &Backend,
    session: &Session,
    phone: &Phone,
    password: &str,
    address: IpAddr,
) -> Result<SignedIn, SignInError> {
    let account = Bucket::of_account(backend, limits::PASSWORDS_PER_ACCOUNT, phone.as_str(), address);
    let anywhere = Bucket::new(backend, limits::PASSWORDS_PER_ACCOUNT_ANYWHERE, phone.as_str());
    take(backend, [account.clone(), anywhere], address).await?;
    let index = backend.keys.blind_index("persons.phone", phone.as_str());
    let person = persons::by_phone(&mut backend.db.read().await?, &index).await?;
    let phc = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let fits = backend.passwords.verify(password, phc).await.map_err(|_| SignInError::Busy)?;
    let Some(person) = person.filter(|_| fits) else { return Err(SignInError::WrongPassword) };
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let (job, session) = (backend.clone(), session.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                account.empty(tx).await?;
                let entered = enter(tx, &job, &session, Owner::Person(person.id), &token, now).await?;
                let session = entered.ok_or(SignInError::Stale)?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Person(person.id),
                        action: "identity.sign_in",
                        subject_kind: "session",
                        subject_id: session.to_string(),
                        person: Some(person.id),
                        purpose: None,
                        detail: json!({ "by": "password" }),
                    },
                )?;
                Ok(SignedIn { token, is_new: false, must_change: false, preferences: person.preferences })
            })
        })
        .await
}

/// Counts one try for the account and one for the address, before anything is looked up.
pub(super) async fn take<const N: usize>(
    backend: &Backend,
    account: [Bucket; N],
    address: IpAddr,
) -> Result<(), SignInError> {
    let now = backend.now();
    let mut buckets = account.to_vec();
    buckets.push(Bucket::of_address(backend, limits::PASSWORDS_PER_ADDRESS, address));
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                match limits::take_all(tx, &buckets, now).await? {
                    Some(retry_at) => Err(SignInError::TooOften { retry_at }),
                    None => Ok(()),
                }
            })
        })
        .await
}
