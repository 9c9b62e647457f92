//! The message centre (消息) of each person.

use domain::ids::{CaseId, MessageId, PersonId};
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// A message to a person.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Message {
    pub id: MessageId,
    pub person_id: PersonId,
    /// Which text it is; the words are chosen when it is shown.
    pub kind: String,
    /// Sealed parameters of the text.
    pub params: Vec<u8>,
    pub case_id: Option<CaseId>,
    pub created_at: Timestamp,
    pub read_at: Option<Timestamp>,
}

/// Where a page of messages ended; newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub created_at: Timestamp,
    pub id: MessageId,
}

impl Cursor {
    /// Before the newest message.
    pub const START: Cursor = Cursor { created_at: Timestamp::MAX, id: MessageId(uuid::Uuid::max()) };
}

impl Message {
    /// The cursor of the page that begins after this message.
    pub fn cursor(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id }
    }
}

/// How many messages a person has not read, whose id `$person` names. One index is read, and a hundred entries of it at
/// most, however many there are: pages show no more than 99+.
macro_rules! count_unread {
    ($person:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT 1 AS one FROM messages WHERE person_id = ",
            $person,
            " AND read_at IS NULL LIMIT 100) AS unread)"
        )
    };
}
pub(crate) use count_unread;

statements! {
    INSERT = "INSERT INTO messages (id, person_id, kind, params, case_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    PAGE = "SELECT id, person_id, kind, params, case_id, created_at, read_at FROM messages
        WHERE person_id = $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4";
    FIND = "SELECT id, person_id, kind, params, case_id, created_at, read_at FROM messages
        WHERE id = $1 AND person_id = $2";
    READ = "UPDATE messages SET read_at = $3 WHERE id = $1 AND person_id = $2 AND read_at IS NULL";
    READ_ALL = "UPDATE messages SET read_at = $2 WHERE person_id = $1 AND read_at IS NULL";
    UNREAD = concat!("SELECT ", count_unread!("$1"));
}

/// Adds an unread message; `read_at` is not looked at.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<(), Error> {
    let m = message;
    execute!(tx, INSERT, m.id, m.person_id, &m.kind, &m.params, m.case_id, m.created_at).map(drop)
}

/// Messages of a person, newest first, after `cursor`.
pub async fn page(tx: &mut Tx, person: PersonId, cursor: Cursor, limit: i64) -> Result<Vec<Message>, Error> {
    fetch_all!(tx, Message, PAGE, person, cursor.created_at, cursor.id, limit)
}

/// A message, if it is `person`'s.
pub async fn find(tx: &mut Tx, id: MessageId, person: PersonId) -> Result<Option<Message>, Error> {
    fetch_optional!(tx, Message, FIND, id, person)
}

/// Marks a message of `person` as read; `false` when it was, or is another's.
pub async fn mark_read(tx: &mut Tx, id: MessageId, person: PersonId, now: Timestamp) -> Result<bool, Error> {
    Ok(execute!(tx, READ, id, person, now)? == 1)
}

/// Marks every message of `person` as read; how many were not.
pub async fn mark_all_read(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<u64, Error> {
    execute!(tx, READ_ALL, person, now)
}

/// How many messages the person has not read, counted to 100.
pub async fn unread(tx: &mut Tx, person: PersonId) -> Result<i64, Error> {
    Ok(fetch_optional!(tx, (i64,), UNREAD, person)?.map_or(0, |(unread,)| unread))
}
