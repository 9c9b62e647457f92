//! Reading the message centre (消息).

use domain::ids::{CaseId, MessageId};
use domain::time::Timestamp;
use serde_json::Value;
use storage::messages::centre::{self, Cursor, Message};

use crate::Backend;
use crate::identity::PersonActor;
use crate::sealing::Place;

/// Messages on a page.
const PAGE: i64 = 20;

/// A message, opened; its words are `message-<kind>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: MessageId,
    pub kind: String,
    /// See [`super::params_in`].
    pub params: Value,
    pub case: Option<CaseId>,
    pub created_at: Timestamp,
    pub read: bool,
}

/// A page of messages, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessagePage {
    pub lines: Vec<Line>,
    /// Where the next page begins, if there may be more.
    pub next: Option<Cursor>,
}

/// My messages after `cursor`.
pub async fn messages(
    backend: &Backend,
    me: &PersonActor,
    cursor: Cursor,
) -> Result<MessagePage, storage::Error> {
    let found = centre::page(&mut backend.db.read().await?, me.id, cursor, PAGE).await?;
    let next = (found.len() as i64 == PAGE).then(|| found.last().map(Message::cursor)).flatten();
    Ok(MessagePage { lines: found.into_iter().map(|message| line(backend, message)).collect(), next })
}

/// Opens one of my messages and marks it as read; `None` when there is none.
pub async fn open_message(
    backend: &Backend,
    me: &PersonActor,
    id: MessageId,
) -> Result<Option<Line>, storage::Error> {
    let Some(message) = centre::find(&mut backend.db.read().await?, id, me.id).await? else {
        return Ok(None);
    };
    if message.read_at.is_none() {
        let (person, now) = (me.id, backend.now());
        let read: Result<bool, storage::Error> =
            backend.db.write(move |tx| Box::pin(centre::mark_read(tx, id, person, now))).await;
        read?;
    }
    Ok(Some(line(backend, message)))
}

/// Marks all my messages as read.
pub async fn read_all(backend: &Backend, me: &PersonActor) -> Result<(), storage::Error> {
    let (person, now) = (me.id, backend.now());
    let read: Result<u64, storage::Error> =
        backend.db.write(move |tx| Box::pin(centre::mark_all_read(tx, person, now))).await;
    read.map(drop)
}

/// How many messages I have not read.
pub async fn unread(backend: &Backend, me: &PersonActor) -> Result<i64, storage::Error> {
    centre::unread(&mut backend.db.read().await?, me.id).await
}

fn line(backend: &Backend, message: Message) -> Line {
    let place = Place::new("messages", "params", &message.id.0);
    Line {
        id: message.id,
        // Without its parameters a message still says what kind it is.
        params: backend.open_json(place, &message.params).unwrap_or_default(),
        kind: message.kind,
        case: message.case_id,
        created_at: message.created_at,
        read: message.read_at.is_some(),
    }
}
