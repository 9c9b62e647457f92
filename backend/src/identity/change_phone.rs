//! Signing in by another phone number from now on.

use std::net::IpAddr;

use domain::identity::Phone;
use domain::ids::SessionId;
use domain::text::Locale;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::persons::{self, Person, Sealed};
use storage::identity::sessions::{self, Session};

use super::actor::{Actor, PersonActor};
use super::codes::{Challenge, CodeSent};
use super::contact::ContactError;
use super::preferences::locale as preferred_locale;
use super::profile::{open_profile, profile};
use super::sign_in::{Token, place};
use super::viewer::Viewer;
use crate::Backend;
use crate::messages::{Parcel, Receiver, enqueue_sms, notify};

/// Sends a code to the new number, whether or not it has an account: who does not have the phone learns nothing.
pub async fn request_phone_code(
    backend: &Backend,
    viewer: &Viewer,
    phone: &Phone,
    address: IpAddr,
    locale: Locale,
) -> Result<CodeSent, ContactError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    actor.require_recent()?;
    if profile(backend, &me).await?.phone.as_ref() == Some(phone) {
        return Err(ContactError::Unchanged);
    }
    let challenge = challenge(backend, me.session, phone, address);
    Ok(challenge.send(backend, "phone-change-code", locale).await?)
}

fn challenge(backend: &Backend, session: SessionId, phone: &Phone, address: IpAddr) -> Challenge {
    Challenge::new(backend, "change-phone", session, Receiver::Phone(phone.as_str().to_owned()), address)
}

/// Gives the account the number to which `digits` were sent, and ends the other sessions. The old phone is told. The
/// session gets a new token.
pub async fn change_phone(
    backend: &Backend,
    viewer: &Viewer,
    phone: &Phone,
    digits: &str,
    address: IpAddr,
) -> Result<Token, ContactError> {
    let actor = viewer.actor();
    let me = *actor.person()?;
    actor.require_recent()?;
    let challenge = challenge(backend, me.session, phone, address);
    let token = Token::new(&*backend.chance);
    let (job, session, new_token) = (backend.clone(), viewer.session.clone(), token.clone());
    let (phone, digits) = (phone.clone(), digits.to_owned());
    // The inner result is kept with the attempt it counted; the outer one undoes everything.
    let outcome: Result<Result<(), ContactError>, ContactError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Err(wrong) = challenge.answer(tx, &job, &digits).await? {
                    return Ok(Err(wrong.into()));
                }
                let index = job.keys.blind_index("persons.phone", phone.as_str());
                if persons::by_phone(tx, &index).await?.is_some() {
                    return Ok(Err(ContactError::Taken));
                }
                change(tx, &job, &me, &session, &phone, index, &new_token).await.map(Ok)
            })
        })
        .await;
    match outcome {
        // Somebody registered with the number at the same moment, and was first.
        Err(ContactError::Storage(storage::Error::Unique(_))) => Err(ContactError::Taken),
        outcome => outcome?.map(|()| token),
    }
}

async fn change(
    tx: &mut Tx,
    backend: &Backend,
    me: &PersonActor,
    session: &Session,
    phone: &Phone,
    index: Vec<u8>,
    token: &Token,
) -> Result<(), ContactError> {
    let person = persons::by_id(tx, me.id).await?.ok_or(storage::Error::NotFound)?;
    let value = backend.seal(place("phone", &me.id.0), phone.as_str().as_bytes());
    let changed = persons::set_phone(tx, me.id, person.version, &Sealed { value, index }).await?;
    if !changed || !sessions::rotate(tx, session, &token.hash()).await? {
        return Err(ContactError::Stale);
    }
    sessions::end_others_of_person(tx, me.id, session.id).await?;
    audit::append(
        tx,
        Entry {
            at: backend.now(),
            actor: Actor::Person(*me).for_audit(),
            action: "identity.change_phone",
            subject_kind: "person",
            subject_id: me.id.to_string(),
            person: Some(me.id),
            purpose: None,
            detail: json!({}),
        },
    )?;
    tell_both_phones(tx, backend, &person, phone).await?;
    Ok(())
}

/// Tells of a changed number. `person` is the row before: whoever still has the old phone must learn of it there.
pub(super) async fn tell_both_phones(
    tx: &mut Tx,
    backend: &Backend,
    person: &Person,
    phone: &Phone,
) -> Result<(), storage::Error> {
    if let Some(old) = open_profile(backend, person).phone.filter(|old| old != phone) {
        let parcel = Parcel {
            to: Receiver::Phone(old.as_str().to_owned()),
            kind: "phone-left".to_owned(),
            params: json!({}),
            locale: Some(preferred_locale(&person.preferences)),
            not_after: None,
        };
        enqueue_sms(backend, tx, &parcel).await?;
    }
    let params = json!({ "phone": phone.masked() });
    notify(backend, tx, person.id, "phone-changed", &params, None).await.map(drop)
}
