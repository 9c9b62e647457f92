//! Signing in with phone number and password.

use std::net::IpAddr;

use domain::identity::Phone;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::persons::{self, Person};
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
    let from = Bucket::of_address(backend, limits::PASSWORDS_PER_ADDRESS, address);
    if let Some(retry_at) = limits::take_now(backend, vec![account.clone(), anywhere, from.clone()]).await? {
        return Err(SignInError::TooOften { retry_at });
    }
    let person = prove(backend, phone, password).await?;
    admit(backend, session, person, [account, from]).await
}

/// The account, if `password` is that of `phone`.
async fn prove(backend: &Backend, phone: &Phone, password: &str) -> Result<Person, SignInError> {
    let index = backend.keys.blind_index("persons.phone", phone.as_str());
    let person = persons::by_phone(&mut backend.db.read().await?, &index).await?;
    let phc = person.as_ref().and_then(|p| p.password_hash.as_deref());
    let fits = backend.passwords.verify(password, phc).await.map_err(|_| SignInError::Busy)?;
    person.filter(|_| fits).ok_or(SignInError::WrongPassword)
}

/// Gives `session` to `person`, as long as their password is the one that was proven.
async fn admit(
    backend: &Backend,
    session: &Session,
    person: Person,
    [account, from]: [Bucket; 2],
) -> Result<SignedIn, SignInError> {
    let now = backend.now();
    let token = Token::new(&*backend.chance);
    let (job, session) = (backend.clone(), session.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Whoever changed the password while it was compared has ended all sessions but their own.
                persons::lock(tx, person.id).await?;
                let still = persons::by_id(tx, person.id).await?;
                if still.is_none_or(|still| still.password_hash != person.password_hash) {
                    return Err(SignInError::WrongPassword);
                }
                account.empty(tx).await?;
                from.give_back(tx).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::open_session;
    use crate::testing::{ADDRESS, Portal};

    storage::contract! {
        async fn a_password_that_is_changed_while_it_is_compared_opens_nothing(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let backend = &portal.backend;
            portal.citizen("林晓雨").await;
            let phone = Phone::parse(Portal::demo_person("林晓雨").phone).unwrap();
            let index = backend.keys.blind_index("persons.phone", phone.as_str());
            let change_to = async |password: &str| {
                let hash = backend.passwords.hash(password, &*backend.chance).await.unwrap();
                let person = persons::by_phone(&mut backend.db.read().await.unwrap(), &index).await.unwrap().unwrap();
                let done: Result<bool, storage::Error> = backend
                    .db
                    .write(move |tx| {
                        let hash = hash.clone();
                        Box::pin(async move { persons::set_password(tx, person.id, person.version, Some(&hash)).await })
                    })
                    .await;
                assert!(done.unwrap());
            };
            change_to("the tea by the lake is cold").await;
            let (_, stranger) = open_session(backend, "").await.unwrap();
            let proven = prove(backend, &phone, "the tea by the lake is cold").await.unwrap();
            change_to("the tea by the lake is warm").await;
            let tries = || {
                let account = Bucket::of_account(backend, limits::PASSWORDS_PER_ACCOUNT, phone.as_str(), ADDRESS);
                [account, Bucket::of_address(backend, limits::PASSWORDS_PER_ADDRESS, ADDRESS)]
            };
            let said = admit(backend, &stranger.session, proven, tries()).await;
            assert!(matches!(said, Err(SignInError::WrongPassword)), "{said:?}");
            let proven = prove(backend, &phone, "the tea by the lake is warm").await.unwrap();
            assert!(admit(backend, &stranger.session, proven, tries()).await.is_ok());
        }
    }
}
