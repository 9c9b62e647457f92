//! Signing in with a one-time code. A phone number without an account gets one.

use std::net::IpAddr;

use domain::identity::Phone;
use domain::ids::PersonId;
use serde_json::{Value, json};
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::persons::{self, Sealed};
use storage::identity::sessions::{Owner, Session};

use super::request_code::challenge;
use super::sign_in::{SignInError, SignedIn, Token, enter, place};
use crate::Backend;

/// Signs `session` in. `preferences` are what a new account begins with.
pub async fn sign_in_with_code(
    backend: &Backend,
    session: &Session,
    phone: &Phone,
    digits: &str,
    address: IpAddr,
    preferences: Value,
) -> Result<SignedIn, SignInError> {
    let challenge = challenge(backend, session.id, phone, address);
    let token = Token::new(&*backend.chance);
    let (job, session, phone, digits) = (backend.clone(), session.clone(), phone.clone(), digits.to_owned());
    // The inner result is kept with the attempt it counted; the outer one undoes everything.
    let outcome: Result<Result<SignedIn, SignInError>, SignInError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                match challenge.answer(tx, &job, &digits).await? {
                    Ok(()) => let_in(tx, &job, &session, &phone, &token, &preferences).await.map(Ok),
                    Err(wrong) => Ok(Err(wrong.into())),
                }
            })
        })
        .await;
    outcome?
}

async fn let_in(
    tx: &mut Tx,
    backend: &Backend,
    session: &Session,
    phone: &Phone,
    token: &Token,
    preferences: &Value,
) -> Result<SignedIn, SignInError> {
    let now = backend.now();
    let index = backend.keys.blind_index("persons.phone", phone.as_str());
    let id = PersonId(backend.id());
    let value = backend.seal(place("phone", &id.0), phone.as_str().as_bytes());
    let is_new = persons::insert(tx, id, &Sealed { value, index: index.clone() }, preferences, now).await?;
    let person = persons::by_phone(tx, &index).await?.ok_or(storage::Error::NotFound)?;
    let entered = enter(tx, backend, session, Owner::Person(person.id), token, now).await?;
    let session = entered.ok_or(SignInError::Stale)?;
    audit::append(
        tx,
        Entry {
            at: now,
            actor: audit::Actor::Person(person.id),
            action: if is_new { "identity.register" } else { "identity.sign_in" },
            subject_kind: "session",
            subject_id: session.to_string(),
            person: Some(person.id),
            purpose: None,
            detail: json!({ "by": "code" }),
        },
    )?;
    Ok(SignedIn { token: token.clone(), is_new, must_change: false, preferences: person.preferences })
}
