//! Sessions of browsers: anonymous, of a person, or of a member of staff.
//!
//! The id of a session stays for its life, so drafts survive signing in; its token changes with every change of
//! privilege.

use domain::ids::{EntityId, PersonId, SessionId, StaffId};
use domain::time::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::types::Json;

use crate::messages::centre::count_unread;
use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Sessions of one owner in a list at most.
const LIST: i64 = 100;

/// A session's row.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Session {
    pub id: SessionId,
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub person_id: Option<PersonId>,
    pub staff_id: Option<StaffId>,
    /// The legal entity that the person acts for at the moment.
    pub acting_for: Option<EntityId>,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    /// When a password or a code was last given.
    pub reauthenticated_at: Option<Timestamp>,
    /// Label of the browser to show to the owner.
    pub agent: String,
}

/// Whose a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Anonymous,
    Person(PersonId),
    Staff(StaffId),
}

impl Owner {
    fn columns(self) -> (Option<PersonId>, Option<StaffId>) {
        match self {
            Owner::Anonymous => (None, None),
            Owner::Person(id) => (Some(id), None),
            Owner::Staff(id) => (None, Some(id)),
        }
    }
}

impl Session {
    pub fn owner(&self) -> Owner {
        match (self.person_id, self.staff_id) {
            (Some(id), _) => Owner::Person(id),
            (None, Some(id)) => Owner::Staff(id),
            (None, None) => Owner::Anonymous,
        }
    }
}

/// A session with what every page needs to know of its owner.
#[derive(Clone, Debug, PartialEq, FromRow)]
pub struct Loaded {
    #[sqlx(flatten)]
    pub session: Session,
    /// Whether a member of staff proved two factors in it.
    pub two_factors: bool,
    /// Sealed.
    pub person_name: Option<Vec<u8>>,
    pub person_verified_at: Option<Timestamp>,
    pub person_preferences: Option<Json<Value>>,
    /// Messages the person has not read, counted to 100.
    pub person_unread: i64,
    pub entity_code: Option<String>,
    pub entity_name: Option<String>,
    pub staff_login: Option<String>,
    pub staff_display_name: Option<String>,
    pub staff_active: Option<bool>,
    pub staff_must_change: Option<bool>,
}

statements! {
    LOAD = concat!("SELECT s.id, s.token_hash, s.person_id, s.staff_id, s.acting_for, s.created_at, s.last_seen_at,
        s.expires_at, s.reauthenticated_at, s.agent, s.two_factors, p.name AS person_name, p.verified_at AS person_verified_at,
        p.preferences AS person_preferences, e.code AS entity_code,
        e.name AS entity_name, f.login AS staff_login, f.display_name AS staff_display_name,
        f.active AS staff_active,
        f.must_change AS staff_must_change, ", count_unread!("s.person_id"), " AS person_unread
        FROM sessions s LEFT JOIN persons p ON p.id = s.person_id
        LEFT JOIN entities e ON e.id = s.acting_for LEFT JOIN staff f ON f.id = s.staff_id
        WHERE s.token_hash = $1 AND s.expires_at > $2");
    INSERT = "INSERT INTO sessions (id, token_hash, person_id, staff_id, acting_for, created_at, last_seen_at,
        expires_at, reauthenticated_at, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    BY_TOKEN = "SELECT id, token_hash, person_id, staff_id, acting_for, created_at, last_seen_at, expires_at,
        reauthenticated_at, agent FROM sessions WHERE token_hash = $1 AND expires_at > $2";
    OF_PERSON = "SELECT id, token_hash, person_id, staff_id, acting_for, created_at, last_seen_at, expires_at,
        reauthenticated_at, agent FROM sessions WHERE person_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT $3";
    TOUCH = "UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1 AND last_seen_at < $2";
    SIGN_IN = "UPDATE sessions SET token_hash = $3, person_id = $4, staff_id = $5, acting_for = NULL,
        created_at = $6, last_seen_at = $6, expires_at = $7, reauthenticated_at = $6
        WHERE id = $1 AND token_hash = $2";
    ROTATE = "UPDATE sessions SET token_hash = $3 WHERE id = $1 AND token_hash = $2";
    REAUTHENTICATE = "UPDATE sessions SET token_hash = $3, reauthenticated_at = $4
        WHERE id = $1 AND token_hash = $2";
    SET_PROOF = "UPDATE sessions SET reauthenticated_at = $2, two_factors = $3 WHERE id = $1";
    SET_TWO_FACTORS = "UPDATE sessions SET two_factors = $2 WHERE id = $1";
    ACT_FOR = "UPDATE sessions SET token_hash = $3, acting_for = $4
        WHERE id = $1 AND token_hash = $2 AND person_id IS NOT NULL";
    LEAVE_ENTITY = "UPDATE sessions SET acting_for = NULL WHERE person_id = $1 AND acting_for = $2";
    END = "DELETE FROM sessions WHERE id = $1";
    END_OF_PERSON = "DELETE FROM sessions WHERE id = $1 AND person_id = $2";
    END_OTHERS_OF_PERSON = "DELETE FROM sessions WHERE person_id = $1 AND id <> $2";
    END_ALL_OF_PERSON = "DELETE FROM sessions WHERE person_id = $1";
    END_OTHERS_OF_STAFF = "DELETE FROM sessions WHERE staff_id = $1 AND id <> $2";
    END_OF_STAFF = "DELETE FROM sessions WHERE staff_id = $1";
    SWEEP = "DELETE FROM sessions WHERE id IN
        (SELECT id FROM sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), Error> {
    let s = session;
    execute!(
        tx,
        INSERT,
        s.id,
        &s.token_hash,
        s.person_id,
        s.staff_id,
        s.acting_for,
        s.created_at,
        s.last_seen_at,
        s.expires_at,
        s.reauthenticated_at,
        &s.agent
    )
    .map(drop)
}

/// The live session of a token.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Session>, Error> {
    fetch_optional!(tx, Session, BY_TOKEN, token_hash, now)
}

/// The live session of a token, with its owner, in one read.
pub async fn load(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Loaded>, Error> {
    fetch_optional!(tx, Loaded, LOAD, token_hash, now)
}

/// Live sessions of a person, newest first, 100 at most.
pub async fn of_person(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<Vec<Session>, Error> {
    fetch_all!(tx, Session, OF_PERSON, person, now, LIST)
}

/// Notes a visit and moves the expiry. Call it once a minute, not on every request: each is a write.
pub async fn touch(tx: &mut Tx, id: SessionId, now: Timestamp, expires_at: Timestamp) -> Result<(), Error> {
    execute!(tx, TOUCH, id, now, expires_at).map(drop)
}

/// Gives the session to `owner` under a new token. `false` when the old token is no longer its token.
pub async fn sign_in(
    tx: &mut Tx,
    session: &Session,
    new_token_hash: &[u8],
    owner: Owner,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let (person, staff) = owner.columns();
    let old = &session.token_hash;
    Ok(execute!(tx, SIGN_IN, session.id, old, new_token_hash, person, staff, now, expires_at)? == 1)
}

/// Gives the session a new token. `false` when the old token is no longer its token.
pub async fn rotate(tx: &mut Tx, session: &Session, new_token_hash: &[u8]) -> Result<bool, Error> {
    Ok(execute!(tx, ROTATE, session.id, &session.token_hash, new_token_hash)? == 1)
}

/// Notes that the owner proved themself again, under a new token. `false` when the old token is no longer its token.
pub async fn reauthenticate(
    tx: &mut Tx,
    session: &Session,
    new_token_hash: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(execute!(tx, REAUTHENTICATE, session.id, &session.token_hash, new_token_hash, now)? == 1)
}

/// Notes how and when a member of staff proved themself in a session that was just given to them.
pub async fn set_proof(
    tx: &mut Tx,
    id: SessionId,
    proven_at: Option<Timestamp>,
    two_factors: bool,
) -> Result<(), Error> {
    execute!(tx, SET_PROOF, id, proven_at, two_factors).map(drop)
}

/// Notes that a member of staff proved a second factor in a session of theirs.
pub async fn set_two_factors(tx: &mut Tx, id: SessionId) -> Result<(), Error> {
    execute!(tx, SET_TWO_FACTORS, id, true).map(drop)
}

/// Lets the person act for a legal entity, or for themself with `None`, under a new token. Whether they may is
/// decided above. `false` when the old token is no longer its token or no person is signed in.
pub async fn act_for(
    tx: &mut Tx,
    session: &Session,
    new_token_hash: &[u8],
    entity: Option<EntityId>,
) -> Result<bool, Error> {
    Ok(execute!(tx, ACT_FOR, session.id, &session.token_hash, new_token_hash, entity)? == 1)
}

/// Lets all sessions of `person` that act for `entity` act for the person again. Gives their number.
pub async fn leave_entity(tx: &mut Tx, person: PersonId, entity: EntityId) -> Result<u64, Error> {
    execute!(tx, LEAVE_ENTITY, person, entity)
}

/// Ends a session with its drafts.
pub async fn end(tx: &mut Tx, id: SessionId) -> Result<(), Error> {
    execute!(tx, END, id).map(drop)
}

/// Ends a session if it is one of `person`'s; `false` otherwise.
pub async fn end_of_person(tx: &mut Tx, id: SessionId, person: PersonId) -> Result<bool, Error> {
    Ok(execute!(tx, END_OF_PERSON, id, person)? == 1)
}

/// Ends all sessions of `person` but `kept`, as after a change of password. Gives their number.
pub async fn end_others_of_person(tx: &mut Tx, person: PersonId, kept: SessionId) -> Result<u64, Error> {
    execute!(tx, END_OTHERS_OF_PERSON, person, kept)
}

/// Ends all sessions of `person`. Gives their number.
pub async fn end_all_of_person(tx: &mut Tx, person: PersonId) -> Result<u64, Error> {
    execute!(tx, END_ALL_OF_PERSON, person)
}

/// Ends all sessions of `staff` but `kept`. Gives their number.
pub async fn end_others_of_staff(tx: &mut Tx, staff: StaffId, kept: SessionId) -> Result<u64, Error> {
    execute!(tx, END_OTHERS_OF_STAFF, staff, kept)
}

/// Ends all sessions of `staff`. Gives their number.
pub async fn end_of_staff(tx: &mut Tx, staff: StaffId) -> Result<u64, Error> {
    execute!(tx, END_OF_STAFF, staff)
}

/// Removes sessions that have expired, `limit` at most. Gives their number.
pub async fn sweep(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, Error> {
    execute!(tx, SWEEP, now, limit)
}
