//! Telling a person something: into the message centre, and out by SMS and mail.

use std::collections::BTreeMap;

use domain::ids::{CaseId, MessageId, OutboxId, PersonId};
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::Tx;
use storage::identity::persons;
use storage::messages::centre::{self, Message};
use storage::messages::outbox::{self, NewMessage};

use super::deliver::{MAIL, SMS};
use crate::Backend;
use crate::sealing::Place;

/// A message on its way out, sealed in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub to: Receiver,
    pub kind: String,
    pub params: Value,
    /// Without it the receiver's own language.
    pub locale: Option<Locale>,
    /// Of no use later.
    pub not_after: Option<Timestamp>,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// To the phone or the mail address the person has when it is sent.
    Person(PersonId),
    Phone(String),
    Mail(String),
}

/// Every kind of message that is put into the message centre. Whoever tells something new adds its kind here, and a test
/// asks for its words.
pub const KINDS: [&str; 27] = [
    "identity-verified",
    "password-changed",
    "phone-changed",
    "mail-changed",
    "mail-removed",
    "case-submitted",
    "case-awaiting-payment",
    "case-paid",
    "case-accepted",
    "case-declined",
    "case-approved",
    "case-certified",
    "case-refused",
    "case-withdrawn",
    "case-lapsed",
    "case-supplement",
    "case-resubmitted",
    "case-transferred",
    "bundle-filed",
    // As told by versions before reasons had their own words.
    "bundle-dropped",
    "bundle-dropped-before",
    "bundle-dropped-already",
    "bundle-dropped-incomplete",
    "bundle-dropped-consent",
    "certificate-revoked",
    "review-answered",
    "review-opined",
];

/// Puts a message into the message centre of `person` and, where its kind has words for that, sends it by SMS, and by
/// mail to who gave an address.
///
/// The words are `message-<kind>-title` and `message-<kind>-text` on the pages, and `kind` in `catalog/messages.toml`.
/// `params` is an object of texts, texts in both languages (`Text`), numbers and nulls.
pub async fn notify(
    backend: &Backend,
    tx: &mut Tx,
    person: PersonId,
    kind: &str,
    params: &Value,
    case: Option<CaseId>,
) -> Result<MessageId, storage::Error> {
    debug_assert!(KINDS.contains(&kind), "{kind} is not among KINDS, so nothing asks for its words");
    let id = MessageId(backend.id());
    let message = Message {
        id,
        person_id: person,
        kind: kind.to_owned(),
        params: backend.seal_json(Place::new("messages", "params", &id.0), params),
        case_id: case,
        created_at: backend.now(),
        read_at: None,
    };
    centre::insert(tx, &message).await?;
    let Some(template) = backend.templates.get(kind) else { return Ok(id) };
    let parcel = Parcel {
        to: Receiver::Person(person),
        kind: kind.to_owned(),
        params: params.clone(),
        locale: None,
        not_after: None,
    };
    match (template.sms.is_some(), template.mail.is_some()) {
        (true, true) => {
            let (sms, mail) = (outgoing(backend, SMS, &parcel), outgoing(backend, MAIL, &parcel));
            outbox::enqueue_with_mail(tx, &sms, &mail, person).await?;
        }
        (true, false) => enqueue_sms(backend, tx, &parcel).await?,
        (false, true) if persons::has_mail(tx, person).await? => enqueue_mail(backend, tx, &parcel).await?,
        (false, _) => {}
    }
    Ok(id)
}

/// The parameters of a message in one language.
pub fn params_in(locale: Locale, params: &Value) -> BTreeMap<String, String> {
    let said = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(_) => serde_json::from_value::<Text>(value.clone())
            .map(|text| text.get(locale).to_owned())
            .unwrap_or_default(),
        _ => String::new(),
    };
    params.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), said(value))).collect()
}

/// Sends an SMS once the transaction is kept.
pub async fn enqueue_sms(backend: &Backend, tx: &mut Tx, parcel: &Parcel) -> Result<(), storage::Error> {
    enqueue(backend, tx, SMS, parcel).await
}

/// Sends a mail once the transaction is kept.
pub async fn enqueue_mail(backend: &Backend, tx: &mut Tx, parcel: &Parcel) -> Result<(), storage::Error> {
    enqueue(backend, tx, MAIL, parcel).await
}

async fn enqueue(
    backend: &Backend,
    tx: &mut Tx,
    topic: &'static str,
    parcel: &Parcel,
) -> Result<(), storage::Error> {
    outbox::enqueue(tx, &outgoing(backend, topic, parcel)).await.map(drop)
}

fn outgoing(backend: &Backend, topic: &'static str, parcel: &Parcel) -> NewMessage {
    let now = backend.now();
    let id = OutboxId(backend.id());
    NewMessage {
        id,
        topic,
        key: id.to_string(),
        payload: backend.seal_json(Place::new("outbox", "payload", &id.0), parcel),
        created_at: now,
        available_at: now,
    }
}
