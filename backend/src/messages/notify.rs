//! Telling a person something: into the message centre, and out by SMS and mail.

use std::collections::BTreeMap;

use domain::ids::{CaseId, MessageId, OutboxId, PersonId};
use domain::text::Locale;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use storage::Tx;
use storage::messages::centre::{self, Message};
use storage::messages::outbox::{self, NewMessage};

use super::deliver::SMS;
use crate::Backend;
use crate::sealing::Place;

/// What a person is told.
#[derive(Clone, Debug)]
pub struct Notice {
    pub person: PersonId,
    /// The words are `message-<kind>` on the pages and `kind` in `catalog/messages.toml`.
    pub kind: &'static str,
    pub params: BTreeMap<String, String>,
    pub case: Option<CaseId>,
}

impl Notice {
    pub fn new(person: PersonId, kind: &'static str) -> Self {
        Notice { person, kind, params: BTreeMap::new(), case: None }
    }

    #[must_use]
    pub fn param(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn case(mut self, case: CaseId) -> Self {
        self.case = Some(case);
        self
    }
}

/// A message on its way out, sealed in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub to: Receiver,
    pub kind: String,
    pub params: BTreeMap<String, String>,
    /// Without it the receiver's own language.
    pub locale: Option<Locale>,
    /// Of no use later.
    pub not_after: Option<Timestamp>,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// To the phone the person has when it is sent.
    Person(PersonId),
    Phone(String),
    Mail(String),
}

/// Puts a notice into the message centre and, where its kind has words for that, sends it by SMS.
pub async fn notify(tx: &mut Tx, backend: &Backend, notice: &Notice) -> Result<MessageId, storage::Error> {
    let id = MessageId(backend.id());
    let message = Message {
        id,
        person_id: notice.person,
        kind: notice.kind.to_owned(),
        params: backend.seal_json(Place::new("messages", "params", &id.0), &notice.params),
        case_id: notice.case,
        created_at: backend.now(),
        read_at: None,
    };
    centre::insert(tx, &message).await?;
    if backend.templates.get(notice.kind).is_some_and(|template| template.sms.is_some()) {
        let parcel = Parcel {
            to: Receiver::Person(notice.person),
            kind: notice.kind.to_owned(),
            params: notice.params.clone(),
            locale: None,
            not_after: None,
        };
        enqueue_sms(tx, backend, &parcel).await?;
    }
    Ok(id)
}

/// Sends an SMS once the transaction is kept.
pub async fn enqueue_sms(tx: &mut Tx, backend: &Backend, parcel: &Parcel) -> Result<(), storage::Error> {
    enqueue(tx, backend, SMS, parcel).await
}

/// Sends a mail once the transaction is kept.
pub async fn enqueue_mail(tx: &mut Tx, backend: &Backend, parcel: &Parcel) -> Result<(), storage::Error> {
    enqueue(tx, backend, super::deliver::MAIL, parcel).await
}

async fn enqueue(
    tx: &mut Tx,
    backend: &Backend,
    topic: &'static str,
    parcel: &Parcel,
) -> Result<(), storage::Error> {
    let now = backend.now();
    let id = OutboxId(backend.id());
    let message = NewMessage {
        id,
        topic,
        key: id.to_string(),
        payload: backend.seal_json(Place::new("outbox", "payload", &id.0), parcel),
        created_at: now,
        available_at: now,
    };
    outbox::enqueue(tx, &message).await.map(drop)
}
