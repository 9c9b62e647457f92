//! Giving an account back to the person it is of, who came to a counter with their ID card: because the phone is lost, or
//! because somebody else proved their identity with a phone of their own.

use domain::identity::Phone;
use domain::identity::resident_id::ResidentId;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::persons::{self, Person, Sealed};
use storage::identity::sessions;

use super::change_phone::tell_both_phones;
use super::sign_in::place;
use crate::Backend;

/// Why an account was not handed back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HandBackError {
    #[error("no account has proven this resident ID number")]
    NoAccount,
    /// Of somebody with another identity.
    #[error("the phone number has an account of another person")]
    Taken,
    #[error("the account was changed at the same time: try again")]
    Changed,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Gives the account of `id` the number `phone`. Its password and mail address are gone, and everybody who was signed in
/// is out: the next sign-in is by a code to the new number. An account that the number had without an identity is
/// nobody's from then on.
pub async fn hand_back_account(
    backend: &Backend,
    id: &ResidentId,
    phone: &Phone,
) -> Result<(), HandBackError> {
    let (job, id, phone) = (backend.clone(), *id, phone.clone());
    let done =
        backend.db.write(move |tx| Box::pin(async move { hand_back(tx, &job, &id, &phone).await })).await;
    match done {
        // Somebody registered with the number at the same moment.
        Err(HandBackError::Storage(storage::Error::Unique(_))) => Err(HandBackError::Changed),
        done => done,
    }
}

async fn hand_back(
    tx: &mut Tx,
    backend: &Backend,
    id: &ResidentId,
    phone: &Phone,
) -> Result<(), HandBackError> {
    let index = backend.keys.blind_index("persons.resident_id", id.as_str());
    let person = persons::by_resident_id(tx, &index).await?.ok_or(HandBackError::NoAccount)?;
    let index = backend.keys.blind_index("persons.phone", phone.as_str());
    match persons::by_phone(tx, &index).await? {
        Some(other) if other.id == person.id => {}
        Some(other) if other.verified_at.is_some() => return Err(HandBackError::Taken),
        Some(other) => leave_without_phone(tx, backend, &other).await?,
        None => {}
    }
    let value = backend.seal(place("phone", &person.id.0), phone.as_str().as_bytes());
    let changed = persons::set_phone(tx, person.id, person.version, &Sealed { value, index }).await?
        && persons::set_password(tx, person.id, person.version + 1, None).await?
        && persons::set_mail(tx, person.id, person.version + 2, None).await?;
    if !changed {
        return Err(HandBackError::Changed);
    }
    let ended = sessions::end_all_of_person(tx, person.id).await?;
    audit::append(
        tx,
        Entry {
            at: backend.now(),
            actor: audit::Actor::System,
            action: "identity.hand_back",
            subject_kind: "person",
            subject_id: person.id.to_string(),
            person: Some(person.id),
            purpose: None,
            detail: json!({ "sessions_ended": ended }),
        },
    )?;
    tell_both_phones(tx, backend, &person, phone).await?;
    Ok(())
}

/// Takes the phone number from an account: nobody signs in to it any more.
async fn leave_without_phone(tx: &mut Tx, backend: &Backend, person: &Person) -> Result<(), HandBackError> {
    let nobody = Sealed {
        value: backend.seal(place("phone", &person.id.0), b""),
        // No phone number reads like this.
        index: backend.keys.blind_index("persons.phone", &person.id.to_string()),
    };
    if !persons::set_phone(tx, person.id, person.version, &nobody).await? {
        return Err(HandBackError::Changed);
    }
    sessions::end_all_of_person(tx, person.id).await?;
    Ok(())
}
